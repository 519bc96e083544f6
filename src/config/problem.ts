// A fault in the configuration, worded for the person who will mend it.

/** Keys and indexes from the root of a YAML file: `['sources', 2, 'address']`. */
export type Path = readonly (string | number)[];

export interface ConfigProblem {
  /** The file as the person named it: the given folder and the name below it. */
  readonly file: string;
  /** Where in the file: `sources[2].address`; empty for the file as a whole. */
  readonly path: string;
  readonly line: number | null;
  /** What is wrong, read after the path: `is missing`. Holds no value that came from the environment. */
  readonly sentence: string;
  /** What would be right, where that can be said. */
  readonly hint: string | null;
}

const plainKey = /^[A-Za-z_][\w-]*$/;

/** The path as people write it. Keys that are no plain words stand in quotes, cut to a bounded length. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (plainKey.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step.slice(0, 60))}]`;
  }
  return text;
}
