/** What a schema leaves undefined is left out: it would not survive as JSON, and the spec is stored as that. */
export type WithoutGaps<Row> = { readonly [Key in keyof Row]: Exclude<Row[Key], undefined> };

export function withoutGaps<Row extends object>(row: Row): WithoutGaps<Row> {
  // The compiler cannot see that the keys with undefined are gone.
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as never;
}
