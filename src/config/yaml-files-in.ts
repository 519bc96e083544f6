import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from './yaml-file.js';

/** The YAML files of a folder in the order of their names; none is a problem. */
export function yamlFilesIn(folder: string, reading: Reading): readonly string[] {
  const problem = (sentence: string): readonly string[] => {
    reading.problems.push({ file: folder, path: '', line: null, sentence, hint: null });
    return [];
  };
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return problem('is a folder that cannot be read');
  }
  const odd = names.filter((name) => name.endsWith('.yml'));
  for (const name of odd) {
    const hint = 'Rename it to end in .yaml.';
    reading.problems.push({
      file: join(folder, name),
      path: '',
      line: null,
      sentence: 'is not looked at',
      hint,
    });
  }
  const yaml = names.filter((name) => name.endsWith('.yaml')).sort();
  if (yaml.length === 0 && odd.length === 0) return problem('holds no .yaml file');
  return yaml.map((name) => join(folder, name));
}
