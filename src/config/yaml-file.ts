// One YAML file of the configuration: read, secrets filled in, with a voice to report problems that knows the line
// of each. A place that was reported once is not reported again for what follows from it.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { type Env, interpolate } from './interpolate.js';
import { type ConfigProblem, type Path, pathText } from './problem.js';
import { readSecretFiles, refuseOpenSecrets } from './secret-files.js';

/** What one loading shares over its files. */
export interface Reading {
  readonly env: Env;
  readonly problems: ConfigProblem[];
  /** Worth saying, nothing to mend: a channel left out because its URL is empty. */
  readonly notes: ConfigProblem[];
  /** Every value that came from the environment or a secret file. */
  readonly secrets: Set<string>;
}

export interface YamlFile {
  readonly name: string;
  /** Plain values; null for an empty file. */
  readonly tree: unknown;
  report(path: Path, sentence: string, hint?: string): void;
  note(path: Path, sentence: string, hint?: string): void;
  /** Whether a fault was told of this very place: what follows from it needs no word of its own. */
  isReported(path: Path): boolean;
}

/** Null where there is nothing to go on with; the problem is then already reported. */
export function readYamlFile(name: string, reading: Reading): YamlFile | null {
  const { env, problems, notes, secrets } = reading;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (thrown) {
    const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    const sentence = missing ? 'does not exist' : 'cannot be read';
    problems.push({ file: name, path: '', line: null, sentence, hint: null });
    return null;
  }

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    const colon = error.code === 'BLOCK_AS_IMPLICIT_KEY' || error.code === 'MULTILINE_IMPLICIT_KEY';
    const hint = colon
      ? 'Text with a colon and a space in it wants quotes, or >- and a line of its own.'
      : null;
    problems.push({ file: name, path: '', line, sentence: `is not valid YAML: ${wordsOf(error)}`, hint });
  }
  if (document.errors.length > 0) return null;

  const reported = new Set<string>();
  const entry = (path: Path, sentence: string, hint: string | null): ConfigProblem => {
    return { file: name, path: pathText(path), line: lineOf(document, lines, path), sentence, hint };
  };
  const report = (path: Path, sentence: string, hint?: string): void => {
    if (path.some((_, i) => reported.has(pathText(path.slice(0, i + 1))))) return;
    problems.push(entry(path, sentence, hint ?? null));
    reported.add(pathText(path));
    // What `url_file` should have given will be missed as `url`.
    const last = path.at(-1);
    if (typeof last === 'string') reported.add(pathText([...path.slice(0, -1), last.replace(/_file$/, '')]));
  };

  quoteAddresses(document, report);
  const secret = (value: string): void => void secrets.add(value);
  const raw = plainTree(document);
  if (raw === undefined) {
    report([], 'repeats itself by aliases beyond all measure');
    return null;
  }
  refuseOpenSecrets(raw, [], report);
  const filled = interpolate(raw, [], { env, secret, report: report });
  const tree = readSecretFiles(filled, [], { folder: dirname(name), secret, report: report });
  const note = (path: Path, sentence: string, hint?: string): void => {
    notes.push(entry(path, sentence, hint ?? null));
  };
  const isReported = (path: Path): boolean => reported.has(pathText(path));
  return { name, tree, report, note, isReported };
}

/** Undefined where aliases of aliases would grow into something huge, which the parser refuses. */
function plainTree(document: Document): unknown {
  try {
    return document.toJS() ?? null;
  } catch {
    return undefined;
  }
}

/** YAML reads an unquoted 0x… as a number and loses most of an address: say so, and go on with what was meant. */
function quoteAddresses(
  document: Document,
  report: (path: Path, sentence: string, hint: string) => void,
): void {
  visit(document, {
    Scalar(key, node: Scalar, parents) {
      const written = node.source ?? '';
      const lost = typeof node.value === 'number' && !Number.isSafeInteger(node.value);
      if (key === 'key' || !lost || !/^0x[0-9a-fA-F]+$/.test(written)) return;
      const path = pathOf([...parents, node]);
      report(path, 'is an address without quotes, which YAML reads as a number', `Write "${written}".`);
      node.value = written;
    },
  });
}

function pathOf(chain: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  chain.forEach((part, i) => {
    const next = chain[i + 1];
    if (typeof part !== 'object' || part === null) return;
    if ('key' in part && isScalar(part.key) && next !== undefined) path.push(String(part.key.value));
    else if ('items' in part && Array.isArray(part.items) && next !== undefined) {
      const index = part.items.indexOf(next);
      if (index >= 0 && !(typeof next === 'object' && next !== null && 'key' in next)) path.push(index);
    }
  });
  return path;
}

/** The line of a path, or of the nearest place above it that exists. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return null;
}

/** The parser's words without the piece of the file that they may quote: it could be a secret. */
function wordsOf(error: Error): string {
  return error.message
    .replace(/: ".*$/s, '')
    .replace(/\s+/g, ' ')
    .slice(0, 160);
}
