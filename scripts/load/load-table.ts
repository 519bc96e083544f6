// What came of a load, as Markdown.

import { quantile } from '../bench/report.js';
import { histogramQuantile } from './histogram-quantile.js';
import type { LoadOptions, LoadResult, Sample } from './run-load.js';

const mib = 2 ** 20;
/** What the compiler, the first collections and the burst do says nothing about the long run. */
const settledShare = 0.65;

export function loadTable(
  about: Pick<LoadOptions, 'eventsPerMinute' | 'minutes' | 'burst'>,
  result: LoadResult,
): string {
  const { announced, stored, samples } = result;
  const settled = samples.slice(Math.floor(samples.length * settledShare));
  const durable = (q: number): string =>
    milliseconds(1000 * histogramQuantile(result.metrics, 'pegwatch_frame_to_durable_seconds', q));
  const delivered = (q: number): string =>
    milliseconds(1000 * histogramQuantile(result.metrics, 'pegwatch_alert_delivery_seconds', q));
  const growth = (samples.at(-1)?.storeBytes ?? 0) - (samples[0]?.storeBytes ?? 0);
  const rows: readonly (readonly [string, string])[] = [
    [
      'events a minute; in the burst',
      `${whole(about.eventsPerMinute)}; ${whole(about.eventsPerMinute * about.burst)}`,
    ],
    ['minutes; of them burst', `${about.minutes}; ${about.minutes / 10}`],
    ['events announced', whole(announced.events)],
    ['events stored', whole(stored.events)],
    ['events lost', whole(announced.events - stored.events)],
    ['everything stored after the last head', `${result.drainedSeconds.toFixed(1)} s`],
    ['frame to disk, p50; p99', `${durable(0.5)}; ${durable(0.99)}`],
    ['criticals told of those staged', `${result.headToWebhookMs.length} of ${result.crashes}`],
    ['alerts replaced by newer news', whole(total(result.metrics, 'pegwatch_alerts_superseded_total'))],
    ['head to the first byte of the webhook, p50; p99; worst', three(result.headToWebhookMs)],
    ['decision to the first byte of the webhook, p50; p99; worst', three(result.decisionToWebhookMs)],
    [
      'decision to the receiver’s yes (the daemon’s histogram), p50; p99',
      `${delivered(0.5)}; ${delivered(0.99)}`,
    ],
    ['most inputs waiting in the queue', whole(most(samples, ({ waiting }) => waiting))],
    ['most alerts waiting in the outbox', whole(most(samples, ({ pending }) => pending))],
    ['memory at the first look; at the end; peak (anonymous)', memory(samples)],
    ['memory’s slope after the burst', `${slope(settled).toFixed(2)} MiB a minute`],
    ['resident memory, peak', `${whole(most(samples, ({ residentBytes }) => residentBytes) / mib)} MiB`],
    ['store’s growth', `${whole(growth / mib)} MiB, ${whole(growth / stored.events)} bytes an event`],
  ];
  return ['| | |', '| --- | ---: |', ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join('\n');
}

/** A counter over all its labels. */
function total(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

function memory(samples: readonly Sample[]): string {
  const at = (sample: Sample | undefined): string => whole((sample?.anonymousBytes ?? Number.NaN) / mib);
  const peak = most(samples, ({ anonymousBytes }) => anonymousBytes) / mib;
  return `${at(samples[0])}; ${at(samples.at(-1))}; ${whole(peak)} MiB`;
}

/** Least squares over anonymous memory, MiB a minute. */
function slope(samples: readonly Sample[]): number {
  const minutes = samples.map(({ atSeconds }) => atSeconds / 60);
  const sizes = samples.map(({ anonymousBytes }) => anonymousBytes / mib);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atMean, sizeMean] = [mean(minutes), mean(sizes)];
  const over = minutes.reduce((sum, at, i) => sum + (at - atMean) * ((sizes[i] ?? 0) - sizeMean), 0);
  return over / minutes.reduce((sum, at) => sum + (at - atMean) ** 2, 0);
}

function most(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((peak, sample) => Math.max(peak, of(sample) || 0), 0);
}

function three(sortedMs: readonly number[]): string {
  return [0.5, 0.99, 1].map((q) => milliseconds(quantile(sortedMs, q))).join('; ');
}

function milliseconds(value: number): string {
  return `${value >= 100 ? whole(value) : value.toFixed(1)} ms`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
