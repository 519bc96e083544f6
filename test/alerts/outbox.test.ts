import { afterEach, expect, test } from 'vitest';
import type { Channel, Conversation, SendResult } from '../../src/alerts/channels/channel.js';
import { createChannels } from '../../src/alerts/channels/index.js';
import { createOutbox, type Outbox } from '../../src/alerts/outbox.js';
import { retryWaitsSeconds } from '../../src/alerts/retry-schedule.js';
import type { Alert } from '../../src/core/alert.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createRedact, secretsOfUrl } from '../../src/edge/redact.js';
import type { Delivery } from '../../src/store/store.js';
import { eventually } from '../helpers/eventually.js';
import { makeAlert } from '../helpers/make-alert.js';
import { createManualClock, type ManualClock } from '../helpers/manual-clock.js';
import { startReceiver } from '../helpers/receiver.js';

interface Bench {
  readonly clock: ManualClock;
  readonly outbox: Outbox;
  /** `<alert id>#<attempt>`, in the order in which they reached the channel. */
  readonly sent: string[];
  readonly settled: string[];
  /** What the store was told about failed attempts. */
  readonly rescheduled: string[];
  readonly lines: string[];
  metrics(): Promise<string>;
}

type Answer = (
  alert: Alert,
  attempt: number,
  signal: AbortSignal,
  conversation: Conversation,
) => SendResult | Promise<SendResult>;

function bench(
  answer: Answer,
  options: {
    pending?: Delivery[];
    channels?: readonly Channel[];
    startMs?: number;
    remembered?: string;
    onSupersede?: (ids: readonly string[], by: string) => void | Promise<void>;
  } = {},
): Bench {
  const clock = createManualClock(options.startMs);
  const lines: string[] = [];
  const { meter, registry } = createMetrics();
  const sent: string[] = [];
  const settled: string[] = [];
  const rescheduled: string[] = [];
  const channel: Channel = {
    name: 'traders',
    kind: 'scripted',
    async send(alert, attempt, signal, conversation = { previous: null, superseded: 0 }) {
      sent.push(`${alert.id.replace('-traders', '')}#${attempt}`);
      return answer(alert, attempt, signal, conversation);
    },
  };
  const outbox = createOutbox(
    { channels: options.channels ?? [channel] },
    {
      store: {
        pendingDeliveries: () => options.pending ?? [],
        reschedule: async (id, attempts, _due, problem) => {
          rescheduled.push(`${id} ${attempts} ${problem}`);
        },
        deliveredSince: () => [],
        remembered: () => options.remembered ?? null,
        supersede: async (ids, by) => options.onSupersede?.(ids, by),
      },
      clock,
      random: () => 0,
      log: createLog({ level: 'debug', redact: (text) => text }, (line) => lines.push(line)),
      meter,
      settle(id, outcome, attempts, { remember, by }) {
        const more = remember === undefined ? '' : ` remember ${remember}`;
        settled.push(`${id} ${outcome} ${by === undefined ? `${attempts}${more}` : `by ${by}`}`);
      },
    },
  );
  return { clock, outbox, sent, settled, rescheduled, lines, metrics: () => registry.metrics() };
}

/** Lets promises run until nothing more happens by itself. */
async function calm(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const ok: SendResult = { kind: 'delivered' };
const down: SendResult = { kind: 'retry', problem: 'answered 500' };

const alertOf = (incidentId: string, sequence = 1, about: Parameters<typeof makeAlert>[0] = {}): Alert =>
  makeAlert({ incidentId, sequence, ...about });

test('an alert goes out at once and its receipt comes back', async () => {
  const { outbox, sent, settled, metrics } = bench(() => ok);
  outbox.offer([alertOf('a')]);
  await outbox.idle();
  expect(sent).toEqual(['a-1#1']);
  expect(settled).toEqual(['a-traders-1 delivered 1']);
  const text = await metrics();
  expect(text).toContain('pegwatch_alerts_delivered_total{channel="traders",severity="high"} 1');
  expect(text).toContain('pegwatch_alert_attempts_total{channel="traders",outcome="delivered"} 1');
  expect(text).toContain('pegwatch_outbox_pending{channel="traders"} 0');
});

test('failed attempts follow the schedule: 1, 2, 5, 10, 20, 30, 60 s, then wider', async () => {
  const at: number[] = [];
  const { outbox, clock, rescheduled, settled } = bench(() => {
    at.push(clock.now());
    return at.length <= 10 ? down : ok;
  });
  outbox.offer([alertOf('a')]);
  await calm();
  while (settled.length === 0) {
    clock.advance((clock.nextMs() ?? Number.NaN) - clock.now());
    await calm();
  }
  const waits = at.slice(1).map((time, i) => (time - (at[i] ?? 0)) / 1000);
  expect(waits).toEqual([1, 2, 5, 10, 20, 30, 60, 120, 300, 600]);
  expect(rescheduled[1]).toBe('a-traders-1 2 answered 500');
  expect(settled).toEqual(['a-traders-1 delivered 11']);
});

test('after 72 hours of failures an alert is a dead letter and says so', async () => {
  const { outbox, clock, sent, settled, lines, metrics } = bench(() => down);
  const started = clock.now();
  outbox.offer([alertOf('a')]);
  await calm();
  while (settled.length === 0) {
    clock.advance((clock.nextMs() ?? Number.NaN) - clock.now());
    await calm();
  }
  expect(clock.now() - started).toBeGreaterThanOrEqual(72 * 3_600_000);
  expect(clock.now() - started).toBeLessThan(75 * 3_600_000);
  expect(settled).toEqual([`a-traders-1 refused ${sent.length}`]);
  expect(sent.length).toBeGreaterThanOrEqual(retryWaitsSeconds.length);
  expect(lines.some((line) => line.includes('given up'))).toBe(true);
  expect(await metrics()).toContain('pegwatch_alerts_refused_total{channel="traders",severity="high"} 1');
});

test('a refusal is final at once, and the next alert of the incident goes on', async () => {
  const { outbox, settled } = bench((alert) =>
    alert.sequence === 1 ? { kind: 'refused', problem: 'gone' } : ok,
  );
  outbox.offer([alertOf('a', 1), alertOf('a', 2)]);
  await outbox.idle();
  expect(settled).toEqual(['a-traders-1 refused 1', 'a-traders-2 delivered 1']);
});

test('an incident is told in sequence, in whatever order it is offered', async () => {
  const { outbox, settled } = bench(() => ok);
  outbox.offer([alertOf('a', 2, { reason: 'resolved' }), alertOf('a', 1), alertOf('a', 3)]);
  await outbox.idle();
  expect(settled.map((one) => one.split(' ')[0])).toEqual(['a-traders-1', 'a-traders-2', 'a-traders-3']);
});

test('while a receiver is down the newest alert of each incident replaces the others, and says how many', async () => {
  let up = false;
  const told: string[] = [];
  const { outbox, clock, settled, metrics } = bench((alert, _attempt, _signal, { superseded }) => {
    if (up) told.push(`${alert.id} for ${superseded}`);
    return up ? ok : down;
  });
  for (let n = 1; n <= 500; n++) {
    outbox.offer([alertOf('a', n), alertOf('b', n, { severity: 'critical' })]);
    await calm();
  }
  outbox.offer([alertOf('a', 501, { reason: 'resolved' })]);
  expect(outbox.report()[0]?.pending).toBe(2);
  up = true;
  clock.advance(3_600_000 * 1.25);
  await outbox.idle();
  expect(told.sort()).toEqual(['a-traders-501 for 500', 'b-traders-500 for 499']);
  // Nothing is left out of the account: each alert has its own word.
  expect(settled.filter((one) => one.endsWith('superseded by a-traders-2'))).toEqual([
    'a-traders-1 superseded by a-traders-2',
  ]);
  expect(settled.filter((one) => one.includes('superseded'))).toHaveLength(999);
  expect(await metrics()).toContain('pegwatch_alerts_superseded_total{channel="traders"} 999');
});

test('an alert that is on its way is not replaced: it may be arriving', async () => {
  let release: (result: SendResult) => void = () => {};
  const { outbox, settled } = bench((alert) =>
    alert.sequence === 1 ? new Promise<SendResult>((resolve) => (release = resolve)) : ok,
  );
  outbox.offer([alertOf('a', 1)]);
  outbox.offer([alertOf('a', 2)]);
  outbox.offer([alertOf('a', 3)]);
  await calm();
  release(down);
  await outbox.idle();
  expect(settled).toEqual([
    'a-traders-1 superseded by a-traders-3',
    'a-traders-2 superseded by a-traders-3',
    'a-traders-3 delivered 1',
  ]);
});

test('an alert does not go before it is stored what it replaces: a restart must not bring that back', async () => {
  let stored: () => void = () => {};
  const stores: string[] = [];
  let up = false;
  const { outbox, sent, clock } = bench(() => (up ? ok : down), {
    onSupersede(ids, by) {
      stores.push(`${ids.join()} by ${by}`);
      return new Promise<void>((resolve) => (stored = resolve));
    },
  });
  outbox.offer([alertOf('a', 1)]);
  await calm();
  up = true;
  outbox.offer([alertOf('a', 2, { reason: 'resolved' })]);
  clock.advance(10_000);
  await calm();
  expect([stores, sent]).toEqual([['a-traders-1 by a-traders-2'], ['a-1#1']]);
  stored();
  await outbox.idle();
  expect(sent).toEqual(['a-1#1', 'a-2#1']);
});

test('what a channel asks to remember comes back with the next alert of the incident', async () => {
  const previous: (string | null)[] = [];
  const { outbox, settled } = bench((alert, _attempt, _signal, conversation) => {
    previous.push(conversation.previous);
    return alert.sequence === 2 ? ok : { kind: 'delivered', remember: `m${alert.sequence}` };
  });
  outbox.offer([alertOf('a', 1), alertOf('a', 2), alertOf('a', 3)]);
  await outbox.idle();
  outbox.offer([alertOf('a', 4)]);
  await outbox.idle();
  expect(previous).toEqual([null, 'm1', 'm1', 'm3']);
  expect(settled[0]).toBe('a-traders-1 delivered 1 remember m1');
});

test('after a restart the store says what was remembered', async () => {
  const previous: (string | null)[] = [];
  const answer: Answer = (_alert, _attempt, _signal, conversation) => {
    previous.push(conversation.previous);
    return ok;
  };
  const { outbox } = bench(answer, { remembered: 'm7' });
  outbox.offer([alertOf('a', 8)]);
  await outbox.idle();
  expect(previous).toEqual(['m7']);
});

test('an incident costs a channel twelve messages an hour at most, the last three for what is urgent', async () => {
  const { outbox, sent, clock, settled } = bench(() => ok);
  for (let n = 1; n <= 40; n++) {
    outbox.offer([alertOf('a', n), alertOf('other', n)].slice(0, n > 2 ? 1 : 2));
    await calm();
  }
  expect(sent.filter((one) => one.startsWith('a-'))).toHaveLength(9);
  for (let n = 41; n <= 80; n++) {
    outbox.offer([alertOf('a', n, { severity: 'critical' })]);
    await calm();
  }
  expect(sent.filter((one) => one.startsWith('a-'))).toHaveLength(12);
  expect(sent).toContain('other-2#1');
  clock.advance(3_600_000);
  await outbox.idle();
  // What waited is told once, by the newest of it.
  expect(sent.filter((one) => one.startsWith('a-'))).toHaveLength(13);
  expect(sent.at(-1)).toBe('a-80#1');
  expect(settled.filter((one) => one.startsWith('a-'))).toHaveLength(80);
});

test('a critical alert never expires', async () => {
  const { outbox, clock, settled, sent } = bench(() => down);
  const end = clock.now() + 100 * 3_600_000;
  outbox.offer([alertOf('a', 1, { severity: 'critical' })]);
  await calm();
  while (clock.now() < end) {
    clock.advance((clock.nextMs() ?? Number.NaN) - clock.now());
    await calm();
  }
  expect(settled).toEqual([]);
  expect(sent.length).toBeGreaterThan(retryWaitsSeconds.length);
});

test('a critical incident overtakes the others, its own earlier alerts first', async () => {
  let release: (result: SendResult) => void = () => {};
  const { outbox, sent } = bench((alert) =>
    alert.incidentId === 'first' ? new Promise<SendResult>((resolve) => (release = resolve)) : ok,
  );
  outbox.offer([alertOf('first'), alertOf('b'), alertOf('c', 1), alertOf('d')]);
  outbox.offer([alertOf('c', 2, { severity: 'critical' })]);
  release(ok);
  await outbox.idle();
  expect(sent).toEqual(['first-1#1', 'c-1#1', 'c-2#1', 'b-1#1', 'd-1#1']);
});

test('one attempt at a time per channel', async () => {
  let running = 0;
  let most = 0;
  const { outbox } = bench(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return ok;
  });
  for (let i = 0; i < 20; i++) outbox.offer([alertOf(`i${i}`)]);
  await outbox.idle();
  expect(most).toBe(1);
});

test('one incident that its receiver cannot take does not hold up the others', async () => {
  const { outbox, settled } = bench((alert) => (alert.incidentId === 'poison' ? down : ok));
  outbox.offer([alertOf('poison'), alertOf('b'), alertOf('c')]);
  await calm();
  expect(settled).toEqual(['b-traders-1 delivered 1', 'c-traders-1 delivered 1']);
});

test('when the receiver is back, what was waiting for its schedule goes at once', async () => {
  let up = false;
  const { outbox, clock, settled } = bench(() => (up ? ok : down));
  outbox.offer([alertOf('a'), alertOf('b')]);
  for (let i = 0; i < 12; i++) {
    await calm();
    clock.advance(120_000);
  }
  await calm();
  expect(settled).toEqual([]);
  expect(clock.nextMs()).toBeGreaterThan(clock.now() + 60_000);
  up = true;
  outbox.offer([alertOf('fresh')]);
  await calm();
  expect(settled.map((one) => one.split(' ')[0])).toEqual(['fresh-traders-1', 'a-traders-1', 'b-traders-1']);
});

test('news about an incident tries its waiting alerts now', async () => {
  let up = false;
  const { outbox, clock, settled } = bench(() => (up ? ok : down));
  outbox.offer([alertOf('a', 1)]);
  await calm();
  for (let i = 0; i < 8; i++) {
    clock.advance(100_000);
    await calm();
  }
  up = true;
  outbox.offer([alertOf('a', 2)]);
  await calm();
  expect(settled).toEqual(['a-traders-1 superseded by a-traders-2', 'a-traders-2 delivered 1']);
});

test('a pause that the receiver asked for holds for the whole channel, an hour at most', async () => {
  let asked = 90_000;
  const { outbox, clock, sent } = bench(() => (asked > 0 ? { ...down, afterMs: asked } : ok));
  outbox.offer([alertOf('a'), alertOf('b', 1, { severity: 'critical' })]);
  await calm();
  expect(sent).toEqual(['b-1#1']);
  clock.advance(89_000);
  await calm();
  expect(sent).toHaveLength(1);
  asked = 1e12;
  clock.advance(1000);
  await calm();
  expect(sent).toHaveLength(2);
  asked = 0;
  clock.advance(3_600_000);
  await outbox.idle();
  expect(sent).toHaveLength(4);
});

test('a start takes up what the store lists, and offering it again sends it once', async () => {
  const startMs = Date.UTC(2026, 5, 1);
  const pending = [
    { alert: alertOf('a', 2), attempts: 0, dueAtMs: 0, lastProblem: null, superseded: 0 },
    { alert: alertOf('a', 1), attempts: 0, dueAtMs: startMs - 1, lastProblem: null, superseded: 0 },
    {
      alert: alertOf('later'),
      attempts: 9,
      dueAtMs: startMs + 60_000,
      lastProblem: 'answered 500',
      superseded: 0,
    },
    {
      alert: alertOf('skewed'),
      attempts: 9,
      dueAtMs: startMs + 1e12,
      lastProblem: 'answered 500',
      superseded: 0,
    },
  ];
  const { outbox, sent, clock } = bench(() => ok, { pending, startMs });
  outbox.start();
  outbox.offer([alertOf('a', 2)]);
  await calm();
  expect(sent).toEqual(['a-1#1', 'a-2#1']);
  clock.advance(60_000);
  await calm();
  expect(sent.at(-1)).toBe('later-1#10');
  clock.advance(3_600_000);
  await outbox.idle();
  expect(sent.at(-1)).toBe('skewed-1#10');
});

test('a dead letter that was queued again goes out at once, and an unknown one changes nothing', async () => {
  const again = { attempts: 0, dueAtMs: Date.UTC(2030, 0, 1), lastProblem: 'gone', superseded: 0 };
  const { outbox, sent, settled } = bench(() => ok, { pending: [{ alert: alertOf('a', 3), ...again }] });
  outbox.resend('no-such-alert');
  outbox.resend('a-traders-3');
  outbox.resend('a-traders-3');
  await outbox.idle();
  expect([sent, settled]).toEqual([['a-3#1'], ['a-traders-3 delivered 1']]);
});

test('an alert for a channel that is not configured stays in the store and is logged', async () => {
  const { outbox, sent, settled, lines } = bench(() => ok);
  outbox.offer([alertOf('a', 1, { channel: 'gone' })]);
  await outbox.idle();
  expect([sent, settled]).toEqual([[], []]);
  expect(lines.join('')).toContain('no such channel');
});

test('a channel that throws is tried again, and what it threw is not kept', async () => {
  const { outbox, clock, rescheduled, settled } = bench((_alert, attempt) => {
    if (attempt === 1) throw new TypeError('https://hooks.test/secret');
    return ok;
  });
  outbox.offer([alertOf('a')]);
  await calm();
  clock.advance(1000);
  await outbox.idle();
  expect(rescheduled).toEqual(['a-traders-1 1 the channel failed (TypeError)']);
  expect(settled).toEqual(['a-traders-1 delivered 2']);
});

test('closing sends what was never tried, leaves the rest to the next start, and then is silent', async () => {
  let release: (result: SendResult) => void = () => {};
  const { outbox, clock, sent, settled } = bench((alert) => {
    if (alert.incidentId === 'failing') return down;
    return alert.incidentId === 'slow' ? new Promise<SendResult>((resolve) => (release = resolve)) : ok;
  });
  outbox.offer([alertOf('failing'), alertOf('slow'), alertOf('fresh')]);
  await calm();
  const closed = outbox.close(5000);
  outbox.offer([alertOf('late')]);
  release(ok);
  await closed;
  expect(settled).toEqual(['slow-traders-1 delivered 1', 'fresh-traders-1 delivered 1']);
  clock.advance(1e9);
  await calm();
  expect(sent).toEqual(['failing-1#1', 'slow-1#1', 'fresh-1#1']);
  expect(clock.waiting()).toBe(0);
});

test('closing ends at its deadline though the receiver hangs; that attempt does not count', async () => {
  const { outbox, clock, rescheduled, settled } = bench(
    (_alert, _attempt, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'retry', problem: 'cut' })),
      ),
  );
  outbox.offer([alertOf('a')]);
  await calm();
  let over = false;
  const closed = Promise.all([outbox.close(5000), outbox.close(5000)]).then(() => {
    over = true;
  });
  clock.advance(4999);
  await calm();
  expect(over).toBe(false);
  clock.advance(1);
  await closed;
  expect([rescheduled, settled]).toEqual([[], []]);
  expect(clock.waiting()).toBe(0);
});

test('closing ends though every attempt after the cut-off fails at once', async () => {
  let tries = 0;
  const { outbox, clock, settled } = bench((_alert, _attempt, signal) => {
    // Without an end to it this would go round for ever, and no timer would ever fire.
    if (++tries > 1000) throw new Error('tried without end');
    if (signal.aborted) return down;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(down)));
  });
  outbox.offer([alertOf('a'), alertOf('b')]);
  const closed = outbox.close(1000);
  clock.advance(1000);
  await closed;
  expect([tries, settled]).toEqual([1, []]);
});

test('closing ends even where a channel ignores that it is over', async () => {
  const { outbox, clock, settled } = bench(() => new Promise(() => {}));
  outbox.offer([alertOf('a')]);
  const closed = outbox.close(1000);
  clock.advance(1000);
  await calm();
  clock.advance(250);
  await closed;
  expect(settled).toEqual([]);
});

test('the report says how each channel stands', async () => {
  const { outbox } = bench(() => down);
  outbox.offer([alertOf('a'), alertOf('b', 1, { atMs: 77 })]);
  await calm();
  expect(outbox.report()).toEqual([
    {
      channel: 'traders',
      kind: 'scripted',
      pending: 2,
      oldestAtMs: 77,
      failures: 2,
      lastProblem: 'answered 500',
    },
  ]);
});

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

test('over a real socket: 500, reset and a redirect, then 200; one id throughout, no secret in any line', async () => {
  const receiver = await startReceiver((response, nth) => {
    if (nth === 1) response.writeHead(500).end(`failed at ${receiver.url}`);
    else if (nth === 2) response.socket?.resetAndDestroy();
    else if (nth === 3) response.writeHead(302, { location: '/elsewhere' }).end();
    else response.writeHead(200).end('thanks');
  });
  releases.push(receiver.close);
  const redact = createRedact([
    ...secretsOfUrl('traders', receiver.url),
    { name: 'traders', value: 's3cr3t-signing' },
  ]);
  const clock = createManualClock();
  const lines: string[] = [];
  const settled: string[] = [];
  const problems: string[] = [];
  const outbox = createOutbox(
    {
      channels: createChannels(
        [
          {
            name: 'traders',
            kind: 'webhook',
            url: receiver.url,
            secret: 's3cr3t-signing',
            timeoutMs: 5000,
            envelope: 'plain',
            allowPrivate: true,
          },
        ],
        { post: postForChannels, clock, redact, version: '0.0.0' },
      ),
    },
    {
      store: {
        pendingDeliveries: () => [],
        reschedule: async (_id, _n, _due, problem) => void problems.push(problem),
        deliveredSince: () => [],
        remembered: () => null,
        supersede: async () => {},
      },
      clock,
      random: Math.random,
      log: createLog({ level: 'debug', redact: (text) => text }, (line) => lines.push(line)),
      meter: createMetrics().meter,
      settle: (id, outcome, attempts) => void settled.push(`${id} ${outcome} ${attempts}`),
    },
  );
  outbox.offer([alertOf('a')]);
  for (let tried = 1; tried < 4; tried++) {
    await eventually(() => problems.length === tried);
    clock.advance((clock.nextMs() ?? Number.NaN) - clock.now());
  }
  await outbox.idle();
  expect(settled).toEqual(['a-traders-1 delivered 4']);
  expect(problems).toEqual([
    'answered 500: failed at <traders>',
    'connection reset',
    'answered 302: redirects are not followed',
  ]);
  expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(1);
  // The log of this test redacts nothing: what is clean here was clean before it.
  const logged = lines.join('');
  expect(logged).toContain('alert delivered');
  for (const secret of ['k3y-0123456789abcdef', 's3cr3t', '127.0.0.1']) expect(logged).not.toContain(secret);
});
