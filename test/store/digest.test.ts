import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/core/io.js';
import { decodeEffects, encodeEffects } from '../../src/store/codec.js';
import { canonicalJson, createDigest } from '../../src/store/digest.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';

const signal = (id: string, impact = 0.5): Effect => ({ kind: 'signal', signal: makeSignal({ id, impact }) });
const incident: Effect = { kind: 'incident', incident: makeIncident({ id: 'i' }), change: 'opened' };
const alert: Effect = { kind: 'alert', alert: makeAlert({ id: 'a', incidentId: 'i' }) };
const problem: Effect = {
  kind: 'problem',
  atMs: 1,
  problem: { code: 'call-failed', chain: null, source: null, message: '', raw: null },
};

function digestOf(...batches: readonly (readonly Effect[])[]): string {
  const digest = createDigest();
  for (const batch of batches) digest.add(batch);
  return digest.value();
}

describe('createDigest', () => {
  it('is the SHA-256 of the decisions as canonical JSON, a line each', () => {
    expect(digestOf()).toBe(createHash('sha256').digest('hex'));
    const retracted: Effect = { kind: 'signal-retracted', why: 'w', signalId: 's', atMs: 1 };
    const line = '{"atMs":1,"kind":"signal-retracted","signalId":"s","why":"w"}\n';
    expect(digestOf([retracted])).toBe(createHash('sha256').update(line).digest('hex'));
  });

  it('does not depend on batches, on property order, or on having been stored', () => {
    const effects = [signal('a', Number.NaN), incident, alert, signal('b')];
    const whole = digestOf(effects);
    expect(digestOf(effects.slice(0, 1), [], effects.slice(1))).toBe(whole);
    expect(digestOf(decodeEffects(encodeEffects(effects)))).toBe(whole);
    const turned = effects.map(
      (effect) => Object.fromEntries(Object.entries(effect).reverse()) as unknown as Effect,
    );
    expect(digestOf(turned)).toBe(whole);
  });

  it('changes with every decision, its content and its place', () => {
    const all = [
      digestOf([signal('a'), signal('b')]),
      digestOf([signal('b'), signal('a')]),
      digestOf([signal('a')]),
      digestOf([signal('a'), signal('b'), incident]),
      digestOf([signal('a'), signal('b'), alert]),
      digestOf([signal('a', 0), signal('b')]),
      digestOf([signal('a', -0), signal('b')]),
      digestOf([signal('a', Number.NaN), signal('b')]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('passes over problems and watches, and counts the rest; a value taken in between changes nothing', () => {
    const digest = createDigest();
    digest.add([signal('a'), problem]);
    expect([digest.count, digest.value()]).toStrictEqual([1, digestOf([signal('a')])]);
    digest.add([problem, alert]);
    expect([digest.count, digest.value()]).toStrictEqual([2, digestOf([signal('a'), alert])]);
  });
});

describe('canonicalJson', () => {
  it('is the same for any order of properties and still the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
      }),
    );
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });
});
