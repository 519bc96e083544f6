const prime = 0x100000001b3n;
const offset = 0xcbf29ce484222325n;

/**
 * 16 hexadecimal digits that name a text: 64-bit FNV-1a over its UTF-16 code units
 * (Fowler, Noll, Vo; RFC 9923). For ids only, never for integrity: it is no cryptographic hash.
 */
export function hashOf(text: string): string {
  let hash = offset;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = ((hash ^ BigInt(unit & 255)) * prime) & 0xffff_ffff_ffff_ffffn;
    hash = ((hash ^ BigInt(unit >> 8)) * prime) & 0xffff_ffff_ffff_ffffn;
  }
  return hash.toString(16).padStart(16, '0');
}
