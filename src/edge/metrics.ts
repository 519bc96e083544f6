// Every number that pegwatch shows, as one table, and the meter that refuses any other. Names have the prefix
// `pegwatch_` and base units; labels are bounded by the configuration: never a hash, a block number or an address.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, Meter } from '../core/ports.js';
import { type MetricSpec, metricTable } from './metric-table.js';

export interface Metrics {
  readonly meter: Meter;
  readonly registry: Registry;
  /** `fn` sets gauges just before each scrape; one that fails costs its gauges, never the scrape. */
  onScrape(fn: () => void | Promise<void>): void;
}

export interface MetricsOptions {
  /**
   * What to do about a name, a set of labels or a value that the table does not allow: a mistake in the program.
   * Without this it throws, as tests want it; the daemon logs it, because no number is worth a missed depeg.
   */
  readonly onMisuse?: (problem: string) => void;
}

type Metric = { readonly spec: MetricSpec } & (
  | { readonly kind: 'counter'; readonly counter: Counter }
  | { readonly kind: 'gauge'; readonly gauge: Gauge }
  | { readonly kind: 'histogram'; readonly histogram: Histogram }
);

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const metrics = new Map<string, Metric>(metricTable.map((spec) => [spec.name, create(spec, registry)]));
  const scrapers: (() => void | Promise<void>)[] = [];
  const misuse =
    options.onMisuse ??
    ((problem: string): void => {
      throw new Error(problem);
    });

  const meter: Meter = {
    count(name, labels = {}, by = 1) {
      const metric = find(name, 'counter', labels);
      if (metric?.kind !== 'counter') return;
      if (by >= 0 && by < Number.POSITIVE_INFINITY) metric.counter.inc(labels, by);
      else misuse(`metric ${name} cannot count ${by}`);
    },
    gauge(name, labels, value) {
      const metric = find(name, 'gauge', labels);
      if (metric?.kind === 'gauge') metric.gauge.set(labels, value);
    },
    observe(name, labels, value) {
      const metric = find(name, 'histogram', labels);
      if (metric?.kind !== 'histogram') return;
      if (Number.isFinite(value)) metric.histogram.observe(labels, value);
      else misuse(`metric ${name} cannot observe ${value}`);
    },
  };

  function find(name: string, kind: MetricSpec['kind'], labels: Labels): Metric | null {
    const metric = metrics.get(name);
    const problem =
      metric === undefined
        ? `metric ${name} is not in the table`
        : metric.kind !== kind
          ? `metric ${name} is a ${metric.kind}, not a ${kind}`
          : fits(metric.spec.labels, labels)
            ? null
            : `metric ${name} has the labels {${metric.spec.labels.join(',')}}, not {${Object.keys(labels).join(',')}}`;
    if (problem === null) return metric ?? null;
    misuse(problem);
    return null;
  }

  const render = registry.metrics.bind(registry);
  registry.metrics = async () => {
    for (const scraper of scrapers) {
      try {
        await scraper();
      } catch {
        meter.count('pegwatch_scrape_failures_total');
      }
    }
    return render();
  };

  return { meter, registry, onScrape: (fn) => void scrapers.push(fn) };
}

function fits(expected: readonly string[], labels: Labels): boolean {
  let count = 0;
  for (const name in labels) {
    if (!expected.includes(name)) return false;
    count++;
  }
  return count === expected.length;
}

function create(spec: MetricSpec, registry: Registry): Metric {
  const { name, help, labels } = spec;
  const base = { name, help, labelNames: [...labels], registers: [registry] };
  switch (spec.kind) {
    case 'counter':
      return { spec, kind: 'counter', counter: new Counter(base) };
    case 'gauge':
      return { spec, kind: 'gauge', gauge: new Gauge(base) };
    case 'histogram':
      return { spec, kind: 'histogram', histogram: new Histogram({ ...base, buckets: [...spec.buckets] }) };
  }
}
