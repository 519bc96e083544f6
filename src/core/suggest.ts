/** The known name that was probably meant, or null: few edits away, or the same but for upper and lower case. */
export function suggest(written: string, known: readonly string[]): string | null {
  const wanted = written.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const name of known) {
    const distance = edits(wanted, name.toLowerCase());
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** A hint for an unknown name: what was probably meant, or else what there is to choose from. */
export function suggestHint(written: string, known: readonly string[]): string {
  const meant = suggest(written, known);
  if (meant !== null) return `Did you mean ${meant}?`;
  return known.length === 0 ? 'There is none yet.' : `Known: ${known.join(', ')}.`;
}

/** Levenshtein distance where swapping two neighbours counts as one edit too. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
