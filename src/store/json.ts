// JSON that gives back exactly what went in. Plain JSON turns NaN and the infinities into null and -0 into 0, yet a
// judgement may hold them ("unknown"), and a replay is compared with what was stored. Such numbers are written as
// strings behind a NUL character; a real string that begins with NUL gets one more. A bigint is refused (it throws):
// amounts in stored values are strings.

const mark = '\u0000';

export function toJson(value: unknown): string {
  return JSON.stringify(value, mask);
}

export function fromJson(text: string): unknown {
  return JSON.parse(text, unmask);
}

function mask(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return Object.is(value, -0) ? `${mark}-0` : `${mark}${value}`;
  }
  return typeof value === 'string' && value.startsWith(mark) ? mark + value : value;
}

function unmask(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value;
  return value[1] === mark ? value.slice(1) : Number(value.slice(1));
}
