import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedact, secretsOfUrl } from '../../src/edge/redact.js';

const url =
  'wss://user-7788:pa-ss@quiet-fox.example-node.pro:8443/v2/AbCdEf0123456789xyz/?token=q1w2e3r4t5&x=1';
const redact = createRedact([
  ...secretsOfUrl('ethereum/main', url),
  { name: 'traders', value: 'whsec_c2VjcmV0' },
]);

const check = (text: string, expected: string): void => expect(redact(text)).toBe(expected);

test('an address is replaced by its configured name, as written and as a client words it', () => {
  check(`cannot reach ${url}: refused`, 'cannot reach <ethereum/main>: refused');
  check(`"${new URL(url).href}"`, '"<ethereum/main>"');
  check(`at ${url.slice('wss://'.length)} now`, 'at <ethereum/main> now');
});

test('the telling parts of an address are secrets by themselves', () => {
  check('invalid key AbCdEf0123456789xyz', 'invalid key <ethereum/main>');
  check('ABCDEF0123456789XYZ', '<ethereum/main>');
  check('getaddrinfo ENOTFOUND quiet-fox.example-node.pro', 'getaddrinfo ENOTFOUND <ethereum/main>');
  check('token q1w2e3r4t5 expired', 'token <ethereum/main> expired');
  check('user-7788 / pa-ss', '<ethereum/main> / <ethereum/main>');
  check('signed with whsec_c2VjcmV0.', 'signed with <traders>.');
});

test('ordinary words stay readable', () => {
  check('block 17 of v2 at x=1 token', 'block 17 of v2 at x=1 token');
  const local = createRedact(secretsOfUrl('local', 'http://127.0.0.1:8545/'));
  expect(local('listening on 127.0.0.1, port 9464')).toBe('listening on 127.0.0.1, port 9464');
  expect(local('connect ECONNREFUSED 127.0.0.1:8545')).toBe('connect ECONNREFUSED <local>');
});

test('what regular expressions find special is taken literally', () => {
  const odd = createRedact([{ name: 'odd', value: 'a.b*c(d)[e]{f}|g^h$i\\j/k-l+m?' }]);
  expect(odd('x a.b*c(d)[e]{f}|g^h$i\\j/k-l+m? y')).toBe('x <odd> y');
  expect(odd('axbbc(d)[e]{f}')).toBe('axbbc(d)[e]{f}');
});

test('without secrets nothing changes', () => {
  expect(createRedact([])('https://example.org')).toBe('https://example.org');
  expect(createRedact([{ name: 'empty', value: '' }])('abc')).toBe('abc');
});

test('wherever a key stands in a text, it does not come out', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/);
  fc.assert(
    fc.property(key, fc.string(), fc.string(), (secret, before, after) => {
      const clean = createRedact(secretsOfUrl('n', `https://rpc.example.org/v3/${secret}`));
      expect(clean(before + secret + after).toLowerCase()).not.toContain(secret.toLowerCase());
    }),
  );
});
