// The language of config/thresholds.yaml. mathjs parses once, when a rule is compiled; the tree passes a whitelist
// (`translate.ts`) and becomes plain closures; nothing of mathjs runs when a rule is judged.
//
// It differs from mathjs in two things: comparisons are exact (IEEE 754, no tolerance: 1 - 1e-13 is below 1), and
// an unknown value (NaN) makes every comparison false, negated ones included.

import { messageOf } from '../core/errors.js';
import type { Quantities } from '../core/signal.js';
import type { Part } from './closures.js';
import { type Names, Refusal, translate } from './translate.js';
import { parseTree } from './tree.js';

export interface Expression<Result> {
  readonly text: string;
  readonly evaluate: (values: Quantities) => Result;
  /** The quantities it reads. */
  readonly reads: readonly string[];
}

/** Either the expression, or why it was refused: words that follow the name of its field. */
export type Compiled<Result> = Expression<Result> | { readonly problem: string };

/** Longer text is not parsed at all: what people write has a tenth of it. */
export const maxLength = 500;

/** Compiles text that must give a number. Never throws, whatever it is given. */
export function compileNumber(text: unknown, names: Names): Compiled<number> {
  return compile(text, names, (part) => (part.type === 'number' ? part.of : null), 'a number');
}

/** Compiles text that must give true or false. Never throws, whatever it is given. */
export function compileCondition(text: unknown, names: Names): Compiled<boolean> {
  return compile(text, names, (part) => (part.type === 'boolean' ? part.holds : null), 'true or false');
}

function compile<Result>(
  text: unknown,
  names: Names,
  pick: (part: Part) => ((values: Quantities) => Result) | null,
  due: string,
): Compiled<Result> {
  if (typeof text !== 'string' || text.trim() === '') return { problem: 'must be an expression in text' };
  if (text.length > maxLength) return { problem: `is longer than ${maxLength} characters` };
  if (text.includes('#')) return { problem: 'has a `#`: comments stand outside of expressions' };
  try {
    // Folded text is one expression; to mathjs a line break would end it.
    const { tree, place } = parseTree(text.replace(/\s/g, ' '));
    const reads = new Set<string>();
    const evaluate = pick(translate(tree, { names, place, reads }));
    if (evaluate === null) return { problem: `${place(tree)} does not give ${due}, which is due here` };
    return { text: text.trim().replace(/\s+/g, ' '), evaluate, reads: [...reads] };
  } catch (thrown) {
    return {
      problem: thrown instanceof Refusal ? thrown.message : `cannot be read: ${wordSyntax(thrown, text)}`,
    };
  }
}

/** mathjs's words about syntax, with a hint for those who think in JavaScript. */
function wordSyntax(thrown: unknown, text: string): string {
  const words = messageOf(thrown).replace(/\(char (\d+)\)/, 'at character $1');
  return /&&|\|\||[!=]==|!(?!=)/.test(text)
    ? `${words}; write \`and\`, \`or\`, \`not\`, \`==\`, \`!=\``
    : words;
}
