/** Ordinary words that a signal's words may begin with; all else is a name, which keeps its own letters. */
const ordinary = /^(an|endpoints|finality|holders|the|who) /;

/** A signal's words as a sentence among others: with a capital and a full stop. */
export function asSentence(text: string): string {
  const begun = ordinary.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
