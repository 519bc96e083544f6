/**
 * Text that is safe on a terminal: control characters, and the marks that turn the direction of writing or hide
 * themselves, become visible escapes. Chain data and receivers' answers pass through here before a person sees them.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}
