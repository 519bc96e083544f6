// The log: one JSON object a line, in which no secret can stand. Redaction happens twice. Fields are walked before
// they are written, because errors deep inside would otherwise be written as `{}`; and the finished line is searched
// again, so that the sentence, a child's fields and whatever the walk did not reach are covered too.

import { pino, stdTimeFunctions } from 'pino';
import type { Log } from '../core/ports.js';
import type { Redact } from './redact.js';
import { writeLines } from './write-lines.js';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly redact: Redact;
  /** Where lines go: 1 is standard output (the daemon), 2 standard error (commands that print a result). */
  readonly fd?: 1 | 2;
}

/** Bounds on what one line may hold: chain data is hostile, and a log is not the place to keep it. */
const maxString = 4000;
const maxDepth = 6;
const maxItems = 100;

export function createLog(
  options: LogOptions,
  write: (line: string) => void = writeLines(options.fd ?? 1),
): Log {
  const { redact } = options;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: (fields) => plainFields(fields, redact),
        log: (fields) => plainFields(fields, redact),
      },
      // The walk has made errors plain already; pino's own serializer would want an Error.
      serializers: { err: (err) => err },
    },
    { write: (line) => write(redactLine(line, redact)) },
  );
}

function plainFields(fields: object, redact: Redact): Record<string, unknown> {
  const plainly = plain(fields, redact, 0, new Set());
  // `log.error(error, 'sentence')` is written like `log.error({ err: error }, 'sentence')`.
  return fields instanceof Error ? { err: plainly } : (plainly as Record<string, unknown>);
}

/** A copy that JSON can say: errors in full with their causes, big integers as text, cycles and depth cut. */
function plain(value: unknown, redact: Redact, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return cut(redact(value));
  if (typeof value === 'bigint' || typeof value === 'number') {
    const text = String(value);
    const shown = redact(text);
    return shown === text && typeof value === 'number' ? value : shown;
  }
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[deep]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return cut(redact(value.href));

  above.add(value);
  const inside = (item: unknown): unknown => plain(item, redact, depth + 1, above);
  let result: unknown;
  if (Array.isArray(value)) result = value.slice(0, maxItems).map(inside);
  else if (value instanceof Map) result = inside([...value]);
  else if (value instanceof Set) result = inside([...value]);
  else {
    const named: Record<string, unknown> = {};
    if (value instanceof Error) {
      named.type = value.name;
      named.message = inside(value.message);
      named.stack = inside(value.stack ?? null);
      if (value.cause !== undefined) named.cause = inside(value.cause);
      if (value instanceof AggregateError) named.errors = inside(value.errors);
    }
    for (const [key, item] of Object.entries(value).slice(0, maxItems)) named[redact(key)] ??= inside(item);
    result = named;
  }
  above.delete(value);
  return result;
}

/** The line itself where it is clean; else the same line with every string in it redacted, still valid JSON. */
function redactLine(line: string, redact: Redact): string {
  if (redact(line) === line && redact(unescaped(line)) === unescaped(line)) return line;
  const clean = plain(JSON.parse(line), redact, 0, new Set());
  return `${JSON.stringify(clean)}\n`;
}

/** Secrets with quotes or backslashes are worded otherwise inside JSON. */
function unescaped(line: string): string {
  return line.includes('\\') ? line.replace(/\\(["\\/])/g, '$1') : line;
}

function cut(text: string): string {
  return text.length > maxString ? `${text.slice(0, maxString)}… (${text.length} characters)` : text;
}
