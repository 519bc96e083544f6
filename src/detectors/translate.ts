// The whitelist: a parsed expression becomes closures, node by node, or is refused with a sentence. Whatever is not
// named here does not exist in the language.

import { suggest } from '../core/suggest.js';
import {
  and,
  arithmetic,
  type Comparison,
  type Condition,
  chooseCondition,
  chooseNumber,
  compare,
  functions,
  type NumberOf,
  not,
  or,
  type Part,
} from './closures.js';
import { refusedKinds, type Tree } from './tree.js';

/** What an expression may speak of. */
export interface Names {
  /** What the detector measures: read when the rule is judged. */
  readonly quantities: readonly string[];
  /** What the configuration says: constants by the time the rule is compiled. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Context {
  readonly names: Names;
  readonly place: (node: Tree) => string;
  /** Collects the quantities that the expression reads. */
  readonly reads: Set<string>;
}

/** Why an expression was refused, in words that follow its field's name. */
export class Refusal extends Error {}

export const maxDepth = 32;

export function translate(node: Tree, context: Context, depth = 1): Part {
  if (depth > maxDepth) throw new Refusal(`is nested more than ${maxDepth} deep`);
  const inner = (child: Tree): Part => translate(child, context, depth + 1);
  switch (node.type) {
    case 'ConstantNode':
      return constant(node, context);
    case 'SymbolNode':
      return { type: 'number', of: named(node, context) };
    case 'ParenthesisNode':
      return inner(node.content);
    case 'ConditionalNode':
      return conditional(node, context, inner);
    case 'OperatorNode':
      return operator(node, context, inner);
    case 'FunctionNode':
      return { type: 'number', of: call(node, context, inner) };
    default:
      throw new Refusal(`${context.place(node)} ${refusedKinds[node.type] ?? 'is not part of the language'}`);
  }
}

type Kind<Type extends Tree['type']> = Extract<Tree, { readonly type: Type }>;
type Inner = (child: Tree) => Part;

function constant(node: Kind<'ConstantNode'>, { place }: Context): Part {
  const { value } = node;
  if (typeof value === 'boolean') return { type: 'boolean', holds: () => value, fails: () => !value };
  if (typeof value !== 'number') throw new Refusal(`${place(node)} is neither a number nor true or false`);
  if (!Number.isFinite(value)) throw new Refusal(`${place(node)} is no finite number`);
  return { type: 'number', of: () => value };
}

function named(node: Kind<'SymbolNode'>, { names, place, reads }: Context): NumberOf {
  const { name } = node;
  if (names.quantities.includes(name)) {
    reads.add(name);
    return (values) => values[name] ?? Number.NaN;
  }
  const value = Object.hasOwn(names.numbers, name) ? names.numbers[name] : undefined;
  if (value !== undefined) return () => value;
  const known = [...names.quantities, ...Object.keys(names.numbers)];
  throw new Refusal(`${place(node)} is not known; ${didYouMean(name, known)}`);
}

function conditional(node: Kind<'ConditionalNode'>, context: Context, inner: Inner): Part {
  const test = asCondition(node.condition, context, inner);
  const [a, b] = [inner(node.trueExpr), inner(node.falseExpr)];
  if (a.type === 'number' && b.type === 'number') return chooseNumber(test, a.of, b.of);
  if (a.type === 'boolean' && b.type === 'boolean') return chooseCondition(test, a, b);
  throw new Refusal(`${context.place(node)} must have two numbers to choose from, or twice true or false`);
}

function operator(node: Kind<'OperatorNode'>, context: Context, inner: Inner): Part {
  const { fn, op, args, implicit, isPercentage } = node;
  const [a, b] = args;
  if (implicit) throw new Refusal(`${context.place(node)} lacks an operator between two values`);
  if (a !== undefined && !isPercentage) {
    if (b === undefined) {
      if (fn === 'not') return not(asCondition(a, context, inner));
      if (fn === 'unaryMinus') return negative(asNumber(a, context, inner));
    } else {
      if (fn === 'and') return and(asCondition(a, context, inner), asCondition(b, context, inner));
      if (fn === 'or') return or(asCondition(a, context, inner), asCondition(b, context, inner));
      if (isArithmetic(fn)) {
        return {
          type: 'number',
          of: arithmetic[fn](asNumber(a, context, inner), asNumber(b, context, inner)),
        };
      }
      if (isComparison(fn)) return compare(fn, asNumber(a, context, inner), asNumber(b, context, inner));
    }
  }
  throw new Refusal(`${context.place(node)}: \`${isPercentage ? '%' : op}\` is not part of the language`);
}

function call(node: Kind<'FunctionNode'>, context: Context, inner: Inner): NumberOf {
  const name = node.fn.type === 'SymbolNode' ? node.fn.name : '';
  if (!isFunction(name)) {
    throw new Refusal(
      `${context.place(node)} is no function of the language; ${didYouMean(name, functionNames)}`,
    );
  }
  const [least, most] = functions[name].arguments;
  if (node.args.length < least || node.args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    throw new Refusal(`${context.place(node)}: ${name} takes ${wanted} values, here are ${node.args.length}`);
  }
  return functions[name].of(node.args.map((arg) => asNumber(arg, context, inner)));
}

function asNumber(node: Tree, context: Context, inner: Inner): NumberOf {
  const part = inner(node);
  if (part.type === 'number') return part.of;
  throw new Refusal(`${context.place(node)} is true or false where a number is due`);
}

function asCondition(node: Tree, context: Context, inner: Inner): Condition {
  const part = inner(node);
  if (part.type === 'boolean') return part;
  throw new Refusal(`${context.place(node)} is a number where true or false is due`);
}

function negative(of: NumberOf): Part {
  return { type: 'number', of: (values) => -of(values) };
}

export const functionNames: readonly string[] = Object.keys(functions);

function isFunction(name: string): name is keyof typeof functions {
  return Object.hasOwn(functions, name);
}

function isArithmetic(fn: string): fn is keyof typeof arithmetic {
  return Object.hasOwn(arithmetic, fn);
}

const comparisonNames: readonly Comparison[] = [
  'equal',
  'larger',
  'largerEq',
  'smaller',
  'smallerEq',
  'unequal',
];

function isComparison(fn: string): fn is Comparison {
  return comparisonNames.some((name) => name === fn);
}

function didYouMean(written: string, known: readonly string[]): string {
  const meant = suggest(written, known);
  return meant === null ? `known: ${known.join(', ')}` : `did you mean \`${meant}\`?`;
}
