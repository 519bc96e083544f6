/**
 * An error that a person is meant to read: a code for machines, a short sentence, a hint what to do, and whether
 * trying again makes sense. Never holds a URL or a secret: endpoints and channels appear by configured name.
 */
export class PegwatchError extends Error {
  override readonly name = 'PegwatchError';
  constructor(
    readonly code: string,
    message: string,
    readonly options: {
      readonly hint?: string;
      readonly retry?: boolean;
      readonly fields?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
  }
}

/** What to show of something that was thrown: its message, bounded, without a stack. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
