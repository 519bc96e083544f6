// The pieces that compiled expressions are made of. A condition is compiled twice, as what makes it hold and what makes
// it fail, so that an unknown value (NaN) can do neither: `not (x < 5)` is `x >= 5`, and both are false for NaN.

import type { Quantities } from '../core/signal.js';

export type NumberOf = (values: Quantities) => number;
export type Holds = (values: Quantities) => boolean;

export interface NumberPart {
  readonly type: 'number';
  readonly of: NumberOf;
}

export interface Condition {
  readonly type: 'boolean';
  readonly holds: Holds;
  readonly fails: Holds;
}

export type Part = NumberPart | Condition;

export const arithmetic = {
  add:
    (a: NumberOf, b: NumberOf): NumberOf =>
    (values) =>
      a(values) + b(values),
  subtract:
    (a: NumberOf, b: NumberOf): NumberOf =>
    (values) =>
      a(values) - b(values),
  multiply:
    (a: NumberOf, b: NumberOf): NumberOf =>
    (values) =>
      a(values) * b(values),
  divide:
    (a: NumberOf, b: NumberOf): NumberOf =>
    (values) =>
      a(values) / b(values),
} as const;

const comparisons = {
  smaller:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) =>
      a(values) < b(values),
  smallerEq:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) =>
      a(values) <= b(values),
  larger:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) =>
      a(values) > b(values),
  largerEq:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) =>
      a(values) >= b(values),
  equal:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) =>
      a(values) === b(values),
  unequal:
    (a: NumberOf, b: NumberOf): Holds =>
    (values) => {
      const left = a(values);
      const right = b(values);
      return left < right || left > right;
    },
} as const;

export type Comparison = keyof typeof comparisons;

const opposites: Readonly<Record<Comparison, Comparison>> = {
  smaller: 'largerEq',
  smallerEq: 'larger',
  larger: 'smallerEq',
  largerEq: 'smaller',
  equal: 'unequal',
  unequal: 'equal',
};

export function compare(how: Comparison, a: NumberOf, b: NumberOf): Condition {
  return { type: 'boolean', holds: comparisons[how](a, b), fails: comparisons[opposites[how]](a, b) };
}

export function and(a: Condition, b: Condition): Condition {
  return {
    type: 'boolean',
    holds: (values) => a.holds(values) && b.holds(values),
    fails: (values) => a.fails(values) || b.fails(values),
  };
}

export function not({ holds, fails }: Condition): Condition {
  return { type: 'boolean', holds: fails, fails: holds };
}

export function or(a: Condition, b: Condition): Condition {
  return not(and(not(a), not(b)));
}

export function chooseNumber({ holds, fails }: Condition, a: NumberOf, b: NumberOf): NumberPart {
  return {
    type: 'number',
    of: (values) => (holds(values) ? a(values) : fails(values) ? b(values) : Number.NaN),
  };
}

export function chooseCondition(test: Condition, a: Condition, b: Condition): Condition {
  return or(and(test, a), and(not(test), b));
}

export const functions = {
  abs: { arguments: [1, 1], of: ([x = unknown]: readonly NumberOf[]) => map(Math.abs, x) },
  clamp: {
    arguments: [3, 3],
    of: ([x = unknown, low = unknown, high = unknown]: readonly NumberOf[]) => min(max(x, low), high),
  },
  max: { arguments: [1, 20], of: (all: readonly NumberOf[]) => all.reduce(max) },
  min: { arguments: [1, 20], of: (all: readonly NumberOf[]) => all.reduce(min) },
} as const satisfies Readonly<
  Record<string, { arguments: readonly [number, number]; of: (all: readonly NumberOf[]) => NumberOf }>
>;

function unknown(): number {
  return Number.NaN;
}

function map(change: (x: number) => number, x: NumberOf): NumberOf {
  return (values) => change(x(values));
}

function max(a: NumberOf, b: NumberOf): NumberOf {
  return (values) => Math.max(a(values), b(values));
}

function min(a: NumberOf, b: NumberOf): NumberOf {
  return (values) => Math.min(a(values), b(values));
}
