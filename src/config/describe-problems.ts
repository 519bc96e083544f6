// The problems of a configuration as text for `pegwatch check`: grouped by file, in the order of their lines.

import type { ConfigProblem } from './problem.js';

/** Said by `check` and at every start. */
export const noChannel = 'No channel is configured: alerts are stored and sent nowhere.';

export function describeProblems(
  problems: readonly ConfigProblem[],
  notes: readonly ConfigProblem[] = [],
): string {
  const files = new Map<string, ConfigProblem[]>();
  for (const problem of problems) {
    files.set(problem.file, [...(files.get(problem.file) ?? []), problem]);
  }
  const parts: string[] = [];
  for (const [file, list] of files) {
    // Faults of the file as a whole have no line and come first.
    const ordered = [...list].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    parts.push([file, ...ordered.map(problemLines)].join('\n'));
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    parts.push(`${count} in ${files.size === 1 ? '1 file' : `${files.size} files`}`);
  }
  if (notes.length > 0) {
    parts.push(notes.map((note) => `note: ${noteText(note)}`).join('\n'));
  }
  return parts.join('\n\n');
}

export function noteText({ file, path, sentence }: ConfigProblem): string {
  return `${file}: ${path}: ${sentence}`;
}

/** What a sound configuration should still be told of at a start: nothing of it stops anybody. */
export function warningsOf(channels: number, notes: readonly ConfigProblem[]): readonly string[] {
  return [...(channels === 0 ? [noChannel] : []), ...notes.map(noteText)];
}

function problemLines({ path, line, sentence, hint }: ConfigProblem): string {
  const where = [path, line === null ? '' : `(line ${line})`].filter((part) => part !== '').join(' ');
  const first = where === '' ? `  ${sentence}` : `  ${where}: ${sentence}`;
  return hint === null ? first : `${first}\n      ${hint}`;
}
