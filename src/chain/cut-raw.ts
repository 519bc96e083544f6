// What a node said, short enough to keep. An answer may be 64 MB of one list: no more of it is written out than is
// kept, and no view of it keeps the whole alive.

const mostCharacters = 5000;
const mostItems = 20;
const mostText = 1000;

export function cutRaw(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : jsonOf(raw);
  return Buffer.from(text.slice(0, mostCharacters)).toString();
}

function jsonOf(raw: unknown): string {
  let left = 2000;
  const bounded = (_key: string, value: unknown): unknown => {
    if (--left < 0) return undefined;
    if (typeof value === 'string' && value.length > mostText)
      return `${value.slice(0, mostText)}… (${value.length} characters)`;
    if (Array.isArray(value) && value.length > mostItems)
      return [...value.slice(0, mostItems), `… (${value.length} items)`];
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value).slice(0, 40));
    return value;
  };
  try {
    return JSON.stringify(raw, bounded) ?? String(raw);
  } catch {
    return 'it cannot be written as JSON';
  }
}
