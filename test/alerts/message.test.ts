import { expect, test } from 'vitest';
import { story } from '../../src/alerts/channels/story.js';
import { message } from '../../src/alerts/message.js';
import type { Reason } from '../../src/core/alert.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeSignals } from '../helpers/make-alert.js';

const worst = makeSignal({
  id: 'worst',
  severity: 'critical',
  impact: 0.9,
  chain: 'arbitrum',
  blockNumber: 4711,
  atMs: Date.UTC(2026, 0, 1, 12),
});

test('says what, where, how bad, why now, on what evidence and in which state', () => {
  const signal = {
    ...worst,
    sentence: 'USDX trades at 0.91',
    evidence: {
      ...worst.evidence,
      transactionHash: '0xbb' as const,
      values: { deviationBps: -900 },
      rule: 'deviationBps < -limitBps',
      thresholds: { limitBps: 500 },
    },
  };
  const body = message(
    makeAlert({
      reason: 'escalated',
      severity: 'critical',
      sequence: 3,
      incident: {
        severity: 'critical',
        worst: 'critical',
        chains: ['ethereum', 'arbitrum'],
        signals: [makeSignal({}), signal],
        title: 'USDX: peg in danger',
      },
    }),
  );
  expect(body).toMatchObject({
    schemaVersion: 1,
    type: 'alert.escalated',
    timestamp: '2026-01-01T00:00:00.000Z',
    id: 'inc-1-traders-3',
    sequence: 3,
    title: '[CRITICAL] USDX: peg in danger',
    severity: 'critical',
    state: 'provisional',
    why: 'The incident got worse: it is critical now.',
    incident: {
      id: 'inc-1',
      chains: ['ethereum', 'arbitrum'],
      leadChain: 'ethereum',
      impact: 0.9,
      closedAt: null,
    },
    evidenceLeftOut: 0,
  });
  expect(body.evidence[0]).toEqual({
    signal: 'worst',
    detector: 'priceDeviation',
    sentence: 'USDX trades at 0.91',
    coin: 'USDX',
    chain: 'arbitrum',
    source: 'arbitrum/pool',
    severity: 'critical',
    impact: 0.9,
    block: { number: 4711, hash: '0xaa', time: '2026-01-01T12:00:00.000Z' },
    transaction: '0xbb',
    values: { deviationBps: -900 },
    rule: 'deviationBps < -limitBps',
    thresholds: { limitBps: 500 },
  });
  expect(body.text).toBe(
    '[CRITICAL] USDX: peg in danger. The incident got worse: it is critical now. ' +
      'USDX trades at 0.91. Block 4711 on arbitrum. Provisional: its block is not final yet.',
  );
});

test('every reason has its own words, on one line', () => {
  const reasons: Reason[] = ['opened', 'escalated', 'spread', 'repeat', 'easing', 'resolved', 'retracted'];
  const texts = reasons.map((reason) => message(makeAlert({ reason })));
  expect(new Set(texts.map((one) => one.why)).size).toBe(reasons.length);
  for (const { text, title, why } of texts) {
    expect(text).toContain(why);
    expect(`${text}${title}`).not.toMatch(/[\r\n]/);
  }
});

test('the end of an incident says how long it lasted and repeats no alarm', () => {
  const openedAtMs = Date.UTC(2026, 0, 1);
  const body = message(
    makeAlert({
      reason: 'resolved',
      state: 'resolved',
      incident: { openedAtMs, closedAtMs: openedAtMs + 7_500_000, signals: [{ ...worst, severity: null }] },
    }),
  );
  expect(body.title).toMatch(/^\[RESOLVED\]/);
  expect(body.why).toContain('2 h 05 min');
  expect(body.text).not.toContain('something happened');
  expect(body.incident.impact).toBe(0);
});

test('a minute that rounds up to sixty is said as an hour', () => {
  const openedAtMs = 0;
  const lasted = (ms: number): string =>
    message(makeAlert({ reason: 'resolved', incident: { openedAtMs, closedAtMs: ms } })).why;
  expect(lasted(59_700)).toContain('lasted 1 min');
  expect(lasted(3_599_000)).toContain('lasted 1 h 00 min');
  expect(lasted(40_000)).toContain('lasted 40 s');
});

test('evidence is bounded, worst first, and what is left out is counted', () => {
  const body = message(makeAlert({ incident: { signals: makeSignals(50) } }));
  expect(body.evidence).toHaveLength(20);
  expect(body.evidence[0]?.signal).toBe('s49');
  expect(body.evidenceLeftOut).toBe(30);
});

test('a value that is not known is null, never a number', () => {
  const signal = {
    ...worst,
    evidence: { ...worst.evidence, values: { ageMs: Number.NaN, depthUsd: Infinity, x: 0 } },
  };
  const parsed = JSON.parse(JSON.stringify(message(makeAlert({ incident: { signals: [signal] } }))));
  expect(parsed.evidence[0].values).toEqual({ ageMs: null, depthUsd: null, x: 0 });
});

test('line breaks, escapes and direction marks do not reach the one-line fields', () => {
  const body = message(makeAlert({ incident: { title: 'US\u202eDX\u001b[31m\r\nowned\u0000 \u2028x' } }));
  expect(body.title).toBe('[HIGH] US DX [31m owned x');
  expect(body.text).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
});

const context = {
  chain: 'arbitrum',
  blockNumber: 4711,
  blockHash: '0xaa',
  transactions: 180,
  failed: 41,
  baseFeeGwei: 312,
  baseFeeTimesUsual: 14,
  gasUsedShare: 0.98,
} as const;
const busy =
  'In block 4711 on arbitrum 41 of 180 transactions failed; its base fee is 312 gwei, 14 times its usual.';

test('says how busy the block was, after all that matters more, and always in fields', () => {
  const incident = { signals: [worst] };
  const body = message(makeAlert({ context, incident }));
  expect(body.text.endsWith(`Provisional: its block is not final yet. ${busy}`)).toBe(true);
  expect(body.context).toEqual({
    chain: 'arbitrum',
    block: { number: 4711, hash: '0xaa' },
    transactions: 180,
    failed: 41,
    baseFeeGwei: 312,
    baseFeeTimesUsual: 14,
    gasUsedShare: 0.98,
    sentence: busy,
  });
  expect(story(makeAlert({ context, incident })).lines).toContain(busy);
});

test('a block as any other is no sentence, and the end of a matter has no block', () => {
  const calm = { ...context, failed: 3, baseFeeTimesUsual: 1.2 };
  const alert = makeAlert({ context: calm });
  expect(message(alert).context).toMatchObject({ failed: 3, sentence: null });
  expect(message(alert).text).toBe(message(makeAlert({})).text);
  expect(story(alert).lines).toEqual(story(makeAlert({})).lines);
  for (const reason of ['resolved', 'retracted'] as const) {
    const over = makeAlert({ reason, context });
    expect(message(over).context).toBeNull();
    expect(message(over).text).not.toContain('transactions');
    expect(story(over).lines.join()).not.toContain('transactions');
  }
  expect(message(makeAlert({})).context).toBeNull();
});

test('one alert makes one body, byte for byte', () => {
  const alert = makeAlert({});
  expect(JSON.stringify(message(structuredClone(alert)))).toBe(JSON.stringify(message(alert)));
});
