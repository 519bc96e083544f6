// Results as a table for people. A row is a contender in a discipline; ratios compare rows of the same run only.

export interface Row {
  readonly section: string;
  readonly what: string;
  /** In the order in which they are shown. */
  readonly values: Readonly<Record<string, number | string>>;
}

/** Aligned text, a block for each section. */
export function table(rows: readonly Row[]): string {
  const sections = [...new Set(rows.map(({ section }) => section))];
  return sections
    .map((section) =>
      sectionTable(
        section,
        rows.filter((row) => row.section === section),
      ),
    )
    .join('\n');
}

function sectionTable(section: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const lines = [
    [section, ...columns],
    ...rows.map(({ what, values }) => [what, ...columns.map((column) => shown(values[column]))]),
  ];
  const widths = [section, ...columns].map((_, i) =>
    Math.max(...lines.map((line) => (line[i] ?? '').length)),
  );
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
    )
    .map((line) => `${line.join('  ')}\n`)
    .join('');
}

function shown(value: number | string | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '?';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The value below which the share `q` of the sorted values lies (nearest rank). */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
