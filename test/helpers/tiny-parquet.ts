// The smallest Parquet file that holds columns of text and of doubles (format 2.9: PLAIN, uncompressed, required).

type Column = { readonly name: string; readonly values: readonly string[] | readonly number[] };

export function tinyParquet(columns: readonly Column[]): Uint8Array {
  const magic = Buffer.from('PAR1');
  const parts: Buffer[] = [magic];
  let offset = magic.length;
  const rows = columns[0]?.values.length ?? 0;
  const chunks = columns.map(({ name, values }) => {
    const data = Buffer.concat(values.map(plain));
    const dataHeader = struct([1, i32(rows)], [2, i32(0)], [3, i32(3)], [4, i32(3)]);
    const head = struct([1, i32(0)], [2, i32(data.length)], [3, i32(data.length)], [5, dataHeader]).bytes;
    const at = offset;
    const size = head.length + data.length;
    parts.push(head, data);
    offset += size;
    const meta = struct(
      [1, i32(typeOf(values))],
      [2, list(i32(0))],
      [3, list(text(name))],
      [4, i32(0)],
      [5, i64(rows)],
      [6, i64(size)],
      [7, i64(size)],
      [9, i64(at)],
    );
    return struct([2, i64(at)], [3, meta]);
  });
  const schema = [
    struct([4, text('schema')], [5, i32(columns.length)]),
    ...columns.map(({ name, values }) =>
      typeOf(values) === 6
        ? struct([1, i32(6)], [3, i32(0)], [4, text(name)], [6, i32(0)])
        : struct([1, i32(5)], [3, i32(0)], [4, text(name)]),
    ),
  ];
  const group = struct([1, list(...chunks)], [2, i64(offset)], [3, i64(rows)]);
  const footer = struct([1, i32(2)], [2, list(...schema)], [3, i64(rows)], [4, list(group)]).bytes;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, magic]);
}

/** 6: BYTE_ARRAY, 5: DOUBLE. */
function typeOf(values: readonly unknown[]): 5 | 6 {
  return typeof values[0] === 'string' ? 6 : 5;
}

function plain(value: string | number): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  }
  const utf8 = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(utf8.length);
  return Buffer.concat([length, utf8]);
}

/** A value in Thrift's compact protocol, with its type. */
interface Thrift {
  readonly type: number;
  readonly bytes: Buffer;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

function i32(value: number): Thrift {
  return { type: 5, bytes: varint(value * 2) };
}

function i64(value: number): Thrift {
  return { type: 6, bytes: varint(value * 2) };
}

function text(value: string): Thrift {
  const utf8 = Buffer.from(value);
  return { type: 8, bytes: Buffer.concat([varint(utf8.length), utf8]) };
}

function list(...values: readonly Thrift[]): Thrift {
  const head = Buffer.from([(values.length << 4) | (values[0]?.type ?? 0)]);
  return { type: 9, bytes: Buffer.concat([head, ...values.map(({ bytes }) => bytes)]) };
}

function struct(...fields: readonly (readonly [id: number, value: Thrift])[]): Thrift {
  let last = 0;
  const parts = fields.map(([id, { type, bytes }]) => {
    const head = Buffer.from([((id - last) << 4) | type]);
    last = id;
    return Buffer.concat([head, bytes]);
  });
  return { type: 12, bytes: Buffer.concat([...parts, Buffer.from([0])]) };
}
