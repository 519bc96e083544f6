// Holds a YAML tree against a zod schema: every fault becomes a problem with its path and, where one can be given,
// a hint. What is sound is handed on even where its neighbours are not, so that later checks see all they can.

import { z } from 'zod';
import { suggestHint } from '../core/suggest.js';
import type { Path } from './problem.js';
import type { YamlFile } from './yaml-file.js';

type ZodIssue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** The sound fields of something that may have unsound ones too. */
export type Sound<Row> = { readonly [Key in keyof Row]?: Row[Key] | undefined };

/** Reports every fault of shape in the file and returns its sound top-level fields. */
export function checkShape<Shape extends z.ZodRawShape>(
  file: YamlFile,
  schema: z.ZodObject<Shape>,
): Sound<z.output<z.ZodObject<Shape>>> {
  const parsed = schema.safeParse(file.tree, { error: wordsOf });
  if (parsed.success) return parsed.data as Sound<z.output<z.ZodObject<Shape>>>;
  for (const issue of parsed.error.issues) reportIssue(file, issue, []);
  return soundFields(schema, file.tree);
}

/** The fields that are sound by themselves, without a report. */
export function soundFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  tree: unknown,
): Sound<z.output<z.ZodObject<Shape>>> {
  const sound: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.shape)) {
    const parsed = (field as z.ZodType).safeParse(fieldOf(tree, key));
    if (parsed.success) sound[key] = parsed.data;
  }
  return sound as Sound<z.output<z.ZodObject<Shape>>>;
}

/** The items of a list in the tree, each with its sound fields; none where it is no list. */
export function soundRows<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  list: unknown,
): readonly Sound<z.output<z.ZodObject<Shape>>>[] {
  return Array.isArray(list) ? list.map((item) => soundFields(schema, item)) : [];
}

export function fieldOf(tree: unknown, key: string): unknown {
  return typeof tree === 'object' && tree !== null ? (tree as Record<string, unknown>)[key] : undefined;
}

// ---------------------------------------------------------------- issues in words

/** Between the sentence and the hint in an issue's message: zod carries a message and nothing else for us. */
const hintMark = '\u001f';

function wordsOf(issue: RawIssue): string {
  const { input } = issue;
  if (issue.code === 'unrecognized_keys') {
    const { inst } = issue;
    return inst instanceof z.ZodObject ? Object.keys(inst.shape).join(hintMark) : '';
  }
  if (input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return `must be ${articled(issue.expected)}, not ${kindOf(input)}`;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const hint = typeof input === 'string' ? suggestHint(input, values) : '';
    return `must be one of ${values.join(', ')}${hintMark}${hint.startsWith('Known') ? '' : hint}`;
  }
  if (issue.code === 'invalid_union' && Array.isArray(issue.options)) {
    const words = issue.options.map(String);
    const given = typeof input === 'object' && input !== null ? fieldOf(input, 'kind') : undefined;
    if (given === undefined) return 'is missing';
    const hint = typeof given === 'string' ? suggestHint(given, words) : '';
    return `must be one of ${words.join(', ')}${hintMark}${hint.startsWith('Known') ? '' : hint}`;
  }
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  return 'is not in the right form';
}

function reportIssue(file: YamlFile, issue: ZodIssue, base: Path): void {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(hintMark);
    for (const key of issue.keys) file.report([...path, key], 'is not known here', suggestHint(key, known));
    return;
  }
  const branch = issue.code === 'invalid_union' ? likelyBranch(issue.errors) : null;
  if (branch !== null) {
    for (const inner of branch) reportIssue(file, inner, path);
    return;
  }
  const [sentence = '', hint = ''] = issue.message.split(hintMark);
  const custom = issue.code === 'custom' && typeof issue.params?.hint === 'string' ? issue.params.hint : '';
  file.report(path, sentence, (hint || custom) === '' ? undefined : hint || custom);
}

/** Of several forms a value may take, the one that was meant: its own type fits and the fault lies inside. */
function likelyBranch(errors: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | null {
  const fitting = errors.filter((issues) => issues.every((issue) => issue.path.length > 0 || isKeys(issue)));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

function isKeys(issue: ZodIssue): boolean {
  return issue.code === 'unrecognized_keys';
}

function unitOf(origin: string): string {
  return origin === 'array' ? ' long' : origin === 'string' ? ' characters' : '';
}

function articled(expected: string): string {
  if (expected === 'object' || expected === 'record') return 'a block of keys';
  if (expected === 'array') return 'a list';
  if (expected === 'string') return 'text';
  if (expected === 'boolean') return 'true or false';
  if (expected === 'int') return 'a whole number';
  return `a ${expected}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a block of keys';
  if (typeof input === 'string') return 'text';
  if (typeof input === 'number') return 'a number';
  return typeof input === 'boolean' ? 'true or false' : typeof input;
}
