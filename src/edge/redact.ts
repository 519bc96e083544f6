// Keeps secrets out of whatever leaves the process as text: each secret is replaced by its configured name.

export interface Secret {
  /** What people see instead. */
  readonly name: string;
  readonly value: string;
}

export type Redact = (text: string) => string;

/** Shorter values would replace ordinary words, and hide nothing that a guess would not find. */
const shortest = 4;

/** Replaces every occurrence of every secret, longest first, whatever its letter case, by `<name>`. */
export function createRedact(secrets: readonly Secret[]): Redact {
  const names = new Map<string, string>();
  for (const { name, value } of secrets) {
    for (const form of formsOf(value)) {
      const key = form.toLowerCase();
      if (form.length >= shortest && !names.has(key)) names.set(key, name);
    }
  }
  if (names.size === 0) return (text) => text;
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeForRegExp).join('|'), 'gi');
  return (text) => text.replace(pattern, (found) => `<${names.get(found.toLowerCase()) ?? 'secret'}>`);
}

/**
 * Everything about a URL that can give it away: the whole of it as written and as a client words it, the part after
 * the scheme, its host (some providers put the key there), its user and password, and the path segments and query
 * values that look like a key. A text that is no URL is one secret.
 */
export function secretsOfUrl(name: string, url: string): readonly Secret[] {
  const values = new Set<string>([url]);
  if (URL.canParse(url)) {
    const parsed = new URL(url);
    const rest = `${parsed.pathname}${parsed.search}`;
    values.add(parsed.href);
    values.add(url.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, ''));
    values.add(`${parsed.host}${rest}`);
    if (rest.length > shortest && looksLikeKey(rest)) values.add(rest);
    if (isTellingHost(parsed)) values.add(parsed.host).add(parsed.hostname);
    else if (parsed.port !== '') values.add(parsed.host);
    if (parsed.password !== '') values.add(parsed.password);
    if (looksLikeKey(parsed.username)) values.add(parsed.username);
    for (const segment of parsed.pathname.split('/')) if (looksLikeKey(segment)) values.add(segment);
    for (const value of parsed.searchParams.values()) if (looksLikeKey(value)) values.add(value);
  }
  return [...values].map((value) => ({ name, value }));
}

/** Addresses and `localhost` are in many harmless sentences (where we listen); names of hosts are not. */
function isTellingHost(url: URL): boolean {
  return url.hostname.includes('.') && !/^[\d.]+$/.test(url.hostname);
}

/** Long, or of middle length with a digit: `v2`, `rpc` and `services` stay readable. */
function looksLikeKey(part: string): boolean {
  return part.length >= 16 || (part.length >= 8 && /\d/.test(part));
}

/** The ways in which a secret may be worded: raw, percent-encoded, decoded. */
function formsOf(value: string): readonly string[] {
  const forms = [value];
  for (const convert of [encodeURIComponent, decodeURIComponent]) {
    try {
      forms.push(convert(value));
    } catch {
      // Not well-formed for this conversion: then nobody else worded it so either.
    }
  }
  return forms;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
