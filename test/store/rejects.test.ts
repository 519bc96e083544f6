import { appendFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Reject } from '../../src/core/reject.js';
import { createRejects, mostRaw, mostRejects, readRejects } from '../../src/store/rejects.js';
import { createManualClock } from '../helpers/manual-clock.js';
import { makeFolder } from './world.js';

const reject = (why: string, raw = why): Reject => ({ atMs: 1, chain: 'bsc', endpoint: 'bsc-a', why, raw });

function start(folder = makeFolder(), hasRoom = () => true) {
  const clock = createManualClock();
  const counted = new Map<string, number>();
  const meter = {
    count: (name: string, _labels = {}, by = 1) => void counted.set(name, (counted.get(name) ?? 0) + by),
    gauge() {},
    observe() {},
  };
  const redact = (text: string) => text.replaceAll('secret', 'SECRET-NAME');
  const rejects = createRejects(folder, { clock, meter, redact, hasRoom });
  return { folder, clock, rejects, leftOut: () => counted.get('pegwatch_rejects_left_out_total') ?? 0 };
}

it('keeps what came, cut and without secrets, once a second, and over a restart', () => {
  const first = start();
  first.rejects.keep(reject('one', `secret ${'x'.repeat(10_000)}`));
  expect(readRejects(first.folder)).toEqual([]);
  first.clock.advance(1000);
  const raw = `SECRET-NAME ${'x'.repeat(10_000)}`.slice(0, mostRaw);
  expect(readRejects(first.folder)).toEqual([reject('one', raw)]);
  first.rejects.keep(reject('two', '\u0000\n"<script>'));
  first.rejects.stop();
  const second = start(first.folder);
  second.rejects.keep(reject('three'));
  second.rejects.stop();
  expect(readRejects(first.folder).map(({ why }) => why)).toEqual(['one', 'two', 'three']);
  expect(readRejects(first.folder)[1]).toEqual(reject('two', '\u0000\n"<script>'));
});

it('always has the newest and never more than twice as many, whatever comes', () => {
  const { folder, clock, rejects, leftOut } = start();
  let number = 0;
  for (let second = 0; second < 40; second++) {
    for (let i = 0; i < 90; i++) rejects.keep(reject(`${number++}`));
    clock.advance(1000);
    const newest = Array.from({ length: Math.min(number, mostRejects) }, (_, i) => number - 1 - i).reverse();
    expect(readRejects(folder).map(({ why }) => Number(why))).toEqual(newest);
  }
  const files = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(files.reduce((a, b) => a + b, 0)).toBeLessThan(2 * mostRejects * 100);
  expect(leftOut()).toBe(0);
});

it('counts what comes too fast, and everything while there is no room', () => {
  const flood = start();
  for (let i = 0; i < 1000; i++) flood.rejects.keep(reject(`${i}`));
  flood.clock.advance(1000);
  expect(readRejects(flood.folder)).toHaveLength(100);
  expect(flood.leftOut()).toBe(900);
  const full = start(makeFolder(), () => false);
  full.rejects.keep(reject('x'));
  full.rejects.stop();
  expect(full.leftOut()).toBe(1);
  expect(existsSync(join(full.folder, 'rejects.jsonl'))).toBe(false);
});

it('passes over lines that it did not write', () => {
  const { folder, rejects } = start();
  appendFileSync(join(folder, 'rejects.jsonl'), '{"why":1}\nnull\n{"atMs":\n');
  rejects.keep(reject('good'));
  rejects.stop();
  expect(readRejects(folder)).toEqual([reject('good')]);
});
