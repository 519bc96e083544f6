// A test alert for one channel: marked as one in its title, of the mildest severity, about no real coin, and taken
// back at once where a channel can do that. It goes straight to the receiver: neither store nor outbox is touched.

import { channelSecrets } from './alerts/channel-secrets.js';
import type { SendResult } from './alerts/channels/channel.js';
import { type ChannelConfig, createChannels } from './alerts/channels/index.js';
import type { Alert } from './core/alert.js';
import type { Incident } from './core/incident.js';
import { createClock } from './edge/clock.js';
import { postForChannels } from './edge/post-for-channels.js';
import { createRedact } from './edge/redact.js';

/** What would be sent, and what came of it. */
export interface NotifyTest {
  readonly alert: Alert;
  /** Null where nothing was sent. */
  readonly result: SendResult | null;
}

export async function notifyTest(
  config: ChannelConfig,
  options: { readonly dryRun: boolean; readonly version: string; readonly signal: AbortSignal },
): Promise<NotifyTest> {
  const clock = createClock();
  const nowMs = clock.now();
  const alert = testAlert(config.name, nowMs, 'opened');
  if (options.dryRun) return { alert, result: null };
  const redact = createRedact(channelSecrets(config));
  const deps = { post: postForChannels, clock, redact, version: options.version };
  const [channel] = createChannels([config], deps);
  if (channel === undefined) return { alert, result: null };
  const result = await channel.send(alert, 1, options.signal, { previous: null, superseded: 0 });
  // Nobody should be paged for long by a test; what does not arrive here does no harm.
  if (result.kind === 'delivered') {
    const end = testAlert(config.name, nowMs, 'resolved');
    await channel.send(end, 1, options.signal, { previous: result.remember ?? null, superseded: 0 });
  }
  return { alert, result };
}

function testAlert(channel: string, nowMs: number, reason: 'opened' | 'resolved'): Alert {
  const over = reason === 'resolved';
  const id = `test-${nowMs.toString(36)}`;
  const incident: Incident = {
    id,
    life: over ? 'closed' : 'open',
    severity: 'low',
    openedSeverity: 'low',
    worst: 'low',
    coins: ['TEST'],
    chains: ['test'],
    onsets: [],
    leadChain: 'test',
    leadConfidence: 0,
    spreading: false,
    cascade: false,
    openedAtMs: nowMs,
    updatedAtMs: nowMs,
    easingSinceMs: null,
    closedAtMs: over ? nowMs : null,
    signals: [],
    title: 'TEST: a test of this channel by a person, nothing has happened',
  };
  const sequence = over ? 2 : 1;
  return {
    id: `${id}-${channel}-${sequence}`,
    incidentId: id,
    channel,
    sequence,
    reason,
    state: over ? 'resolved' : 'confirmed',
    severity: 'low',
    atMs: nowMs,
    incident,
  };
}
