// The JSON Schemas by which an editor completes and checks the YAML files, made of the schemas that the loader uses.

import { z } from 'zod';
import { chainFile } from './chain-file.js';
import { coinFile } from './coin-file.js';
import { dependenceFile } from './dependence-file.js';
import { mainFile } from './main-file.js';
import { playbookFile } from './playbook-file.js';
import { thresholdsFile } from './thresholds-file.js';

const files = {
  chain: chainFile,
  coin: coinFile,
  dependence: dependenceFile,
  pegwatch: mainFile,
  playbook: playbookFile,
  thresholds: thresholdsFile,
} as const;

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** File name in `config/schemas` -> the schema as JSON. */
export function editorSchemas(): Readonly<Record<string, unknown>> {
  const entries = Object.entries(files).map(([name, schema]) => {
    // What is written in the file: before variables, defaults and times are resolved.
    const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', override: allowVariable });
    return [`${name}.json`, json];
  });
  return Object.fromEntries(entries);
}

/** Wherever text of a certain form is wanted, `${NAME}` may stand for it. */
function allowVariable({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  const { type, pattern, enum: words, default: usual, description } = jsonSchema;
  if (type !== 'string' || (pattern === undefined && words === undefined)) return;
  const { default: _, description: __, ...form } = jsonSchema;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  if (description !== undefined) jsonSchema.description = description;
  if (usual !== undefined) jsonSchema.default = usual;
  jsonSchema.anyOf = [form, { type: 'string', pattern: '\\$\\{' }];
}
