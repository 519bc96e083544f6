import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { metricTable } from '../../src/edge/metric-table.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { watchProcess } from '../../src/edge/process-metrics.js';

test('counts, gauges and histograms come out under their names and labels', async () => {
  const { meter, registry } = createMetrics();
  meter.count('pegwatch_inputs_total', { kind: 'tick' });
  meter.count('pegwatch_inputs_total', { kind: 'tick' }, 2);
  meter.gauge('pegwatch_outbox_pending', { channel: 'traders' }, 7);
  meter.observe('pegwatch_store_commit_seconds', {}, 0.003);
  const text = await registry.metrics();
  expect(text).toContain('pegwatch_inputs_total{kind="tick"} 3');
  expect(text).toContain('pegwatch_outbox_pending{channel="traders"} 7');
  expect(text).toContain('pegwatch_store_commit_seconds_bucket{le="0.005"} 1');
  expect(text).toContain('pegwatch_store_commit_seconds_bucket{le="0.0025"} 0');
});

test('two registries share nothing', async () => {
  const one = createMetrics();
  const other = createMetrics();
  one.meter.count('pegwatch_inputs_total', { kind: 'tick' });
  expect(await other.registry.metrics()).not.toContain('kind="tick"');
});

test('a name, kind, label or value that the table does not allow is a mistake in the program', () => {
  const { meter } = createMetrics();
  expect(() => meter.count('pegwatch_nope_total')).toThrow(/not in the table/);
  expect(() => meter.gauge('pegwatch_inputs_total', { kind: 'x' }, 1)).toThrow(/is a counter/);
  expect(() => meter.count('pegwatch_inputs_total')).toThrow(/labels \{kind\}/);
  expect(() => meter.count('pegwatch_inputs_total', { chain: 'x' })).toThrow(/labels/);
  expect(() => meter.count('pegwatch_inputs_total', { kind: 'x', chain: 'y' })).toThrow(/labels/);
  expect(() => meter.count('pegwatch_inputs_total', { kind: 'x' }, -1)).toThrow(/cannot count/);
  expect(() => meter.observe('pegwatch_store_commit_seconds', {}, Number.NaN)).toThrow(/cannot observe/);
});

test('the daemon hears of misuse and goes on', async () => {
  const problems: string[] = [];
  const { meter, registry } = createMetrics({ onMisuse: (problem) => problems.push(problem) });
  meter.count('pegwatch_nope_total');
  meter.count('pegwatch_inputs_total', { kind: 'x' }, Number.NaN);
  meter.observe('pegwatch_inputs_total', { kind: 'x' }, 1);
  expect(problems).toHaveLength(3);
  expect(await registry.metrics()).not.toContain('nope');
});

test('gauges are measured at the scrape, asynchronously too, and a failing one costs only itself', async () => {
  const { meter, registry, onScrape } = createMetrics();
  let bytes = 100;
  onScrape(() => {
    throw new Error('cannot measure');
  });
  onScrape(async () => {
    await Promise.resolve();
    meter.gauge('pegwatch_store_bytes', {}, bytes);
  });
  expect(await registry.metrics()).toContain('pegwatch_store_bytes 100');
  bytes = 200;
  const text = await registry.metrics();
  expect(text).toContain('pegwatch_store_bytes 200');
  expect(text).toContain('pegwatch_scrape_failures_total 2');
});

test('the process shows its memory, its processor time and how late its event loop is', async () => {
  const metrics = createMetrics();
  const release = watchProcess(metrics);
  const text = await metrics.registry.metrics();
  release();
  const value = (line: string): number =>
    Number(
      text
        .split('\n')
        .find((one) => one.startsWith(`${line} `))
        ?.split(' ')[1],
    );
  expect(value('pegwatch_process_resident_bytes')).toBeGreaterThan(value('pegwatch_process_heap_bytes'));
  expect(value('pegwatch_process_cpu_seconds_total{mode="user"}')).toBeGreaterThan(0);
  expect(value('pegwatch_process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1000);
  expect(text).toMatch(/pegwatch_event_loop_lag_seconds\{quantile="0.99"\} [\d.e-]+/);
});

test('every row keeps the naming rules and stands once', () => {
  const names = metricTable.map((spec) => spec.name);
  expect(new Set(names).size).toBe(names.length);
  for (const spec of metricTable) {
    expect(spec.name).toMatch(/^pegwatch_[a-z][a-z0-9_]*$/);
    expect(spec.name.endsWith('_total'), spec.name).toBe(spec.kind === 'counter');
    expect(spec.help, spec.name).toMatch(/^[A-Z].*\.$/);
    for (const label of spec.labels) expect(label).not.toMatch(/hash|block|address|url|id$/);
    if (spec.kind === 'histogram') expect([...spec.buckets].sort((a, b) => a - b)).toEqual(spec.buckets);
  }
});

test('src uses no name outside the table, and the table has no name that src does not use', () => {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const used = new Set<string>();
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('metric-table.ts')) continue;
    for (const [, name] of readFileSync(join(src, file), 'utf8').matchAll(
      /['"`](pegwatch_[a-z0-9_]+)['"`]/g,
    )) {
      if (name !== undefined) used.add(name);
    }
  }
  expect([...used].sort()).toEqual(metricTable.map((spec): string => spec.name).sort());
});
