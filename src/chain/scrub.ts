/**
 * Takes URLs and their secret parts out of a node's words. Providers put API keys into paths and queries, and some
 * repeat them in their error messages.
 */
export function scrub(text: string, urls: readonly (string | null)[]): string {
  let clean = text.slice(0, 2_000).replace(/\b[a-z]+:\/\/\S+/gi, '[url]');
  for (const part of secretParts(urls)) clean = clean.replaceAll(part, '[secret]');
  // Control characters could rewrite a terminal's line.
  clean = clean.replace(/[^\x20-\x7e\u00a0-\u024f]/g, ' ');
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}

/** Long segments of paths, queries and credentials; short ones (`v3`, `rpc`) are words, not keys. */
function secretParts(urls: readonly (string | null)[]): readonly string[] {
  const parts = new Set<string>();
  for (const url of urls) {
    if (url === null || !URL.canParse(url)) continue;
    const { pathname, search, username, password, host } = new URL(url);
    parts.add(host);
    for (const part of `${pathname}/${search}/${username}/${password}`.split(/[/?&=]/)) {
      if (part.length >= 8) parts.add(part);
    }
  }
  return [...parts].sort((a, b) => b.length - a.length);
}
