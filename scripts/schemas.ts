// Writes the JSON Schemas for editors: `npm run schemas`. A test compares them with what is checked in.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { editorSchemas } from '../src/config/editor-schemas.js';
import { mappingSchema } from '../src/imports/mapping-schema.js';

const folder = fileURLToPath(new URL('../config/schemas/', import.meta.url));
mkdirSync(folder, { recursive: true });
const schemas = { ...editorSchemas(), 'import.json': mappingSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(folder + name, JSON.stringify(schema, null, 2));
}
execFileSync('npx', ['biome', 'format', '--write', folder], { stdio: 'ignore' });
