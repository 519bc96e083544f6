// Fills `${VAR}` and `${VAR:-default}` in the strings of a YAML tree from the environment. As in a shell, the
// default also stands in for a variable that is set to nothing. `$${` is a literal `${`.

import type { Path } from './problem.js';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Interpolation {
  readonly env: Env;
  /** Told of every value taken from the environment: none may show up in a problem. */
  readonly secret: (value: string) => void;
  readonly report: (path: Path, sentence: string, hint: string) => void;
}

const pattern = /\$\$\{|\$\{([A-Za-z_]\w*)(:-([^}]*))?\}|\$\{/g;

/** Stands where a value is missing, so that the place does not look empty to later checks. */
const placeholder = 'unset';

export function interpolate(tree: unknown, path: Path, using: Interpolation): unknown {
  if (typeof tree === 'string') return fill(tree, path, using);
  if (Array.isArray(tree)) return tree.map((item, i) => interpolate(item, [...path, i], using));
  if (tree === null || typeof tree !== 'object') return tree;
  const entries = Object.entries(tree).map(([key, value]) => [
    key,
    interpolate(value, [...path, key], using),
  ]);
  return Object.fromEntries(entries);
}

function fill(text: string, path: Path, { env, secret, report }: Interpolation): string {
  return text.replace(pattern, (whole, name: string | undefined, withDefault, other: string | undefined) => {
    if (whole === '$${') return '${';
    if (name === undefined) {
      report(
        path,
        'has a ${ that is not completed',
        `Write \${NAME} or \${NAME:-default}; a literal \${ is $\${.`,
      );
      return placeholder;
    }
    const value = env[name];
    if (value !== undefined && (value !== '' || withDefault === undefined)) {
      secret(value);
      return value;
    }
    if (withDefault !== undefined) return other ?? '';
    report(
      path,
      `needs the environment variable ${name}, which is not set`,
      `Set ${name}, or write \${${name}:-default}.`,
    );
    return placeholder;
  });
}
