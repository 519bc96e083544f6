// The JSON Schema by which an editor completes and checks a mapping file, made of the schema that reads it.

import { z } from 'zod';
import { mappingFile } from './mapping.js';

export function mappingSchema(): unknown {
  // What is written in the file: before defaults and times are resolved.
  return z.toJSONSchema(mappingFile, { io: 'input', target: 'draft-7' });
}
