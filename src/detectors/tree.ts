// mathjs's syntax tree, as far as it is looked at, and where in the text its nodes stand (mathjs does not say).

import { type MathNode, parse } from 'mathjs/number';

export type Tree =
  | { readonly type: 'ConstantNode'; readonly value: unknown }
  | { readonly type: 'SymbolNode'; readonly name: string }
  | { readonly type: 'ParenthesisNode'; readonly content: Tree }
  | {
      readonly type: 'ConditionalNode';
      readonly condition: Tree;
      readonly trueExpr: Tree;
      readonly falseExpr: Tree;
    }
  | {
      readonly type: 'OperatorNode';
      readonly op: string;
      /** mathjs's name of the operator: `unaryMinus`, `smallerEq`. */
      readonly fn: string;
      readonly args: readonly Tree[];
      /** Two values side by side, which mathjs multiplies. */
      readonly implicit: boolean;
      readonly isPercentage: boolean;
    }
  | { readonly type: 'FunctionNode'; readonly fn: Tree; readonly args: readonly Tree[] }
  | { readonly type: Refused };

/** Everything else that mathjs can parse, in the words of a refusal. */
export const refusedKinds = {
  AccessorNode: 'reads a property',
  ArrayNode: 'is an array',
  AssignmentNode: 'assigns with `=`: compare with `==`',
  BlockNode: 'is several expressions: only one is read',
  FunctionAssignmentNode: 'defines a function with `=`: compare with `==`',
  IndexNode: 'is an index',
  ObjectNode: 'is an object',
  RangeNode: 'is a range',
  RelationalNode: 'is a chain of comparisons: write `a < b and b < c`',
} as const;

type Refused = keyof typeof refusedKinds;

export interface Parsed {
  readonly tree: Tree;
  /** A node in words: its text, cut short, and at which character of the expression it begins (from 1). */
  readonly place: (node: Tree) => string;
}

/** Throws mathjs's SyntaxError. */
export function parseTree(text: string): Parsed {
  const root = parse(text);
  const starts = startsOf(root, text);
  return {
    tree: root as unknown as Tree,
    place: (node) => {
      const mathNode = node as unknown as MathNode;
      const start = firstStart(mathNode, starts);
      const words = mathNode.toString();
      const short = words.length > 40 ? `${words.slice(0, 40)}…` : words;
      return start === undefined ? `\`${short}\`` : `\`${short}\` at character ${start + 1}`;
    },
  };
}

const leafPattern =
  /"[^"]*"|'[^']*'|[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|0[xbo]\w+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/g;
const operatorWords = new Set(['and', 'in', 'mod', 'not', 'or', 'to', 'xor']);

/** Leaves come in the same order in the tree and in the text, so the nth of the one is the nth of the other. */
function startsOf(root: MathNode, text: string): ReadonlyMap<MathNode, number> {
  const found = [...text.matchAll(leafPattern)].filter(([word]) => !operatorWords.has(word));
  const starts = new Map<MathNode, number>();
  let next = 0;
  root.traverse((node) => {
    if (node.type !== 'SymbolNode' && node.type !== 'ConstantNode') return;
    const start = found[next++]?.index;
    if (start !== undefined) starts.set(node, start);
  });
  return starts;
}

function firstStart(node: MathNode, starts: ReadonlyMap<MathNode, number>): number | undefined {
  let first: number | undefined;
  node.traverse((inner) => {
    first ??= starts.get(inner);
  });
  return first;
}
