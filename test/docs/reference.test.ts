import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { referencePages } from '../../scripts/reference.js';
import { repository } from '../helpers/config-folder.js';

it.each(Object.entries(referencePages()))('%s says what the code says (npm run reference)', (path, text) => {
  expect(readFileSync(join(repository, path), 'utf8')).toBe(text);
});
