// Rows of a data file as text by column: CSV, JSON lines or Parquet, by the file's name, gzip where it ends in .gz.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { messageOf, PegwatchError } from '../core/errors.js';
import { plainCsv } from './plain-csv.js';

export type Row = Readonly<Record<string, string>>;

export async function readRows(path: string): Promise<readonly Row[]> {
  try {
    const bytes = readFileSync(path);
    const plain = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const name = path.replace(/\.gz$/, '');
    if (name.endsWith('.csv'))
      return plainCsv(plain) ?? (parse(plain, { columns: true, skipEmptyLines: true, bom: true }) as Row[]);
    if (/\.(jsonl|ndjson)$/.test(name)) return jsonLines(plain.toString('utf8'));
    if (name.endsWith('.parquet')) return await parquet(plain);
  } catch (thrown) {
    throw new PegwatchError('data-unreadable', `${path} cannot be read: ${messageOf(thrown)}`);
  }
  throw new PegwatchError('data-unknown', `${path} is no .csv, .jsonl or .parquet file`, {
    hint: 'each may end in .gz too',
  });
}

function jsonLines(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => texts(JSON.parse(line) as Readonly<Record<string, unknown>>));
}

async function parquet(bytes: Uint8Array): Promise<Row[]> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file: buffer });
  return rows.map(texts);
}

function texts(row: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, textOf(value)]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
