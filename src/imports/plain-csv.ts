// Most CSV of numbers has no quotes and as many fields in each line: it is cut at commas and line ends, several times
// as fast as it is parsed. Whatever needs a parser, or a parser's words about what is wrong with it, is left to one.

import type { Row } from './read-rows.js';

/** Longer text than this is not held in one piece. */
const mostBytes = 1 << 28;

/** Null where it takes a parser. */
export function plainCsv(bytes: Buffer): readonly Row[] | null {
  if (bytes.length > mostBytes || needsParser.some((byte) => bytes.includes(byte))) return null;
  const lines = bytes.toString('utf8').split('\n');
  const rows: Row[] = [];
  let names: readonly string[] | null = null;
  for (const line of lines) {
    if (line === '') continue;
    const fields = line.split(',');
    if (names === null) {
      names = fields;
      if (!areNames(names)) return null;
      continue;
    }
    if (fields.length !== names.length) return null;
    rows.push(rowOf(names, fields));
  }
  return rows;
}

/** Quotes, carriage returns, and what a mark of another encoding begins with. */
const needsParser: readonly number[] = [0x22, 0x0d, 0xfe, 0xff];

/** A byte order mark before the first is the parser's matter. */
function areNames(names: readonly string[]): boolean {
  const isPlain = (name: string): boolean => /^[A-Za-z]\w*$/.test(name);
  return names.every(isPlain) && new Set(names).size === names.length;
}

function rowOf(names: readonly string[], fields: readonly string[]): Row {
  const row: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = fields[i] ?? '';
  return row;
}
