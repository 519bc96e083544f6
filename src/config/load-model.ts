// Reads model.json beside pegwatch.yaml. Nobody needs one: without it the outlook says so. One that is there and is
// wrong is a fault like any other.

import { existsSync } from 'node:fs';
import { features } from '../outlook/features.js';
import type { OutlookModel } from '../outlook/model.js';
import { checkShape } from './check-shape.js';
import { modelFile } from './model-file.js';
import { type Reading, readYamlFile } from './yaml-file.js';

/** Null where there is none, and where it has faults. */
export function loadModel(name: string, reading: Reading): OutlookModel | null {
  if (!existsSync(name)) return null;
  // JSON is YAML: faults are told with their lines.
  const file = readYamlFile(name, reading);
  if (file === null) return null;
  checkShape(file, modelFile);
  const parsed = modelFile.safeParse(file.tree);
  if (!parsed.success) return null;
  for (const [i, { name: feature }] of parsed.data.features.entries()) {
    if (features.some((one) => one.name === feature)) continue;
    file.report(
      ['features', i, 'name'],
      `${feature} is no feature of this version`,
      'Run `npm run train` again.',
    );
  }
  return parsed.data;
}
