import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainCsv } from '../../src/imports/plain-csv.js';

/** What the parser says, with the options of `readRows`; null where it refuses. */
function parsed(bytes: Buffer): unknown {
  try {
    return parse(bytes, { columns: true, skipEmptyLines: true, bom: true });
  } catch {
    return null;
  }
}

const field = fc.oneof(
  fc.constantFrom('', ' ', '1', '0.99', '2024-01-01T00:00:00Z', 'at', 'a"b', '"a,b"', '\r', 'é', '\u0000'),
  fc.string({ maxLength: 4 }),
);
const name = fc.oneof(fc.constantFrom('at', 'price', 'volume', '\ufeffat', '__proto__', '"at"'), fc.string());
const text = fc
  .tuple(
    fc.array(name, { maxLength: 4 }),
    fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
    fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n'),
  )
  .map(([names, rows, end]) => [names, ...rows].map((fields) => fields.join(',')).join(end));
/** As data sets are. */
const table = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .chain(([rows, columns, ends]) =>
    fc
      .array(fc.array(fc.constantFrom('', '1', '0.99', 'a b'), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      })
      .map((cells) => [['at', 'price', 'volume', 'd'].slice(0, columns), ...cells])
      .map((lines) => lines.map((fields) => fields.join(',')).join('\n') + (ends ? '\n' : '')),
  );

it('reads what it reads as the parser does', () => {
  fc.assert(
    fc.property(fc.oneof(text, table), (written) => {
      const bytes = Buffer.from(written);
      const rows = plainCsv(bytes);
      if (rows !== null) expect(rows).toEqual(parsed(bytes));
    }),
    { numRuns: 5000 },
  );
});

it('reads whole tables of numbers itself', () => {
  fc.assert(
    fc.property(table, (written) => {
      expect(plainCsv(Buffer.from(written))).not.toBeNull();
    }),
  );
});

it.each([
  ['quotes', 'at,price\n1,"2"'],
  ['the line ends of other systems', 'at,price\r\n1,2'],
  ['a mark of the byte order', '\ufeffat,price\n1,2'],
  ['a line with a field too many', 'at,price\n1,2,3'],
  ['two columns of one name', 'at,at\n1,2'],
])('leaves %s to the parser', (_, written) => {
  expect(plainCsv(Buffer.from(written))).toBeNull();
});
