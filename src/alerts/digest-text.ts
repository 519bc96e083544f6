import { counted } from '../core/counted.js';
import type { RunningDigest } from '../core/running-digest.js';

/** The numbers of an incident in two or three short sentences. */
export function digestText({ signals, events, byDetector, deviations, since }: RunningDigest): string {
  const of = events === 0 ? '' : ` in ${counted(events, 'event')}`;
  const parts = [`${counted(signals, 'signal')}${of} so far.`];
  if (since !== null) {
    const added = [...since.coins, ...since.chains.map((chain) => `on ${chain}`)];
    const fresh = [...(since.signals > 0 ? [counted(since.signals, 'signal')] : []), ...added];
    if (fresh.length > 0) parts.push(`New since the last message: ${fresh.join(', ')}.`);
  }
  if (byDetector.length > 0)
    parts.push(
      `Standing: ${byDetector.map(([detector, standing]) => `${detector} ${standing}`).join(', ')}.`,
    );
  if (deviations.length > 0) {
    const prices = deviations.map(
      ({ coin, chain, bps }) => `${coin} ${bps > 0 ? '+' : ''}${(bps / 100).toFixed(2)} % on ${chain}`,
    );
    parts.push(`Furthest: ${prices.join(', ')}.`);
  }
  return parts.join(' ');
}
