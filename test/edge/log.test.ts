import { expect, test } from 'vitest';
import { PegwatchError } from '../../src/core/errors.js';
import { createLog } from '../../src/edge/log.js';
import { createRedact, secretsOfUrl } from '../../src/edge/redact.js';

const key = 'k3y-AbCdEf0123456789';
const url = `https://rpc.example.org/v2/${key}`;
const quoted = 'pass"word\\with/odd';

function record(level: 'debug' | 'info' = 'debug', extra: string[] = []) {
  const lines: string[] = [];
  const secrets = [
    ...secretsOfUrl('ethereum/main', url),
    ...[quoted, ...extra].map((value) => ({ name: 'traders', value })),
  ];
  const log = createLog({ level, redact: createRedact(secrets) }, (line) => lines.push(line));
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

function expectClean(lines: readonly string[]): void {
  for (const line of lines) {
    expect(() => JSON.parse(line)).not.toThrow();
    expect(line.endsWith('\n')).toBe(true);
    expect(line).not.toContain(key);
    expect(line).not.toContain('rpc.example.org');
    expect(JSON.stringify(JSON.parse(line))).not.toContain(JSON.stringify(quoted).slice(1, -1));
  }
}

test('one JSON object a line: time, level, fields, sentence', () => {
  const { log, last } = record();
  log.child({ chain: 'ethereum' }).warn({ block: 17, amount: 2n ** 70n }, 'a sentence');
  expect(last()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    chain: 'ethereum',
    block: 17,
    amount: '1180591620717411303424',
    msg: 'a sentence',
  });
});

test('no secret gets out: not in the sentence, a field, a key, a child, an error, its cause or its stack', () => {
  const { log, lines } = record();
  const cause = new TypeError(`cannot connect to ${url}`);
  const err = new PegwatchError('x', `failed at ${url}`, { fields: { url, deep: [{ [url]: quoted }] } });
  err.cause = cause;
  log.info({}, `sentence with ${url}`);
  log.info({ url, nested: { list: [new URL(url), new Map([[url, quoted]]), new Set([quoted])] } }, quoted);
  log.error({ err }, 'failed');
  log.error({ problem: new AggregateError([cause, new Error(quoted)], url) }, 'failed');
  log.error(new Error(url), 'failed');
  log.child({ endpoint: url, inner: { quoted } }).child({ more: quoted }).warn({}, 'child');
  log.info({ raw: JSON.stringify({ url, quoted }) }, 'a body inside a string');
  expect(lines).toHaveLength(7);
  expectClean(lines);
  expect(lines.join('')).toContain('<ethereum/main>');
  expect(lines.join('')).toContain('<traders>');
});

test('an error is written whole: type, code, sentence, stack and causes', () => {
  const { log, last } = record();
  log.error({ err: new Error('outer', { cause: new RangeError('inner') }) }, 'failed');
  expect(last().err).toMatchObject({
    type: 'Error',
    message: 'outer',
    stack: expect.stringContaining('log.test'),
    cause: { type: 'RangeError', message: 'inner' },
  });
  log.error({ err: new PegwatchError('disk-full', 'no room') }, 'failed');
  expect(last().err).toMatchObject({ type: 'PegwatchError', code: 'disk-full', message: 'no room' });
});

test('a secret of digits is taken out of numbers too, and the line stays JSON', () => {
  const { log, last } = record('debug', ['4711471147']);
  log.info({ id: 14711471147, plain: 5 }, 'x');
  expect(last()).toMatchObject({ id: '1<traders>', plain: 5, msg: 'x' });
});

test('cycles, depth, size, functions and bytes cannot break or flood a line', () => {
  const { log, lines, last } = record();
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle.self = cycle;
  let deep: unknown = 'bottom';
  for (let i = 0; i < 50; i++) deep = { deep };
  log.info(
    { cycle, deep, long: 'x'.repeat(1e6), many: Array(1e5).fill(1), fn: () => 1, bytes: new Uint8Array(9) },
    'x',
  );
  expect(last()).toMatchObject({
    cycle: { name: 'cycle', self: '[circular]' },
    fn: '[function]',
    bytes: '[9 bytes]',
  });
  expect(lines[0]?.length).toBeLessThan(6000);
});

test('the same object twice is not a cycle', () => {
  const { log, last } = record();
  const shared = { a: 1 };
  log.info({ one: shared, two: shared }, 'x');
  expect(last()).toMatchObject({ one: { a: 1 }, two: { a: 1 } });
});

test('a key that is cut at the end of a long text was taken out before', () => {
  const { log, lines } = record();
  log.info({ text: `${'x'.repeat(4000 - 10)}${key}` }, 'x');
  expect(lines[0]).not.toContain(key.slice(0, 8));
});

test('levels below the configured one are not written', () => {
  const { log, lines } = record('info');
  log.debug({}, 'quiet');
  log.child({ a: 1 }).debug({}, 'quiet');
  expect(lines).toEqual([]);
});
