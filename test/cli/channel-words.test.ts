import { expect, it } from 'vitest';
import { channelWords } from '../../src/cli/channel-words.js';
import type { ChannelSpec } from '../../src/core/spec.js';

const desk: ChannelSpec = { name: 'desk', kind: 'slack', minSeverity: 'medium', groupMs: 1, repeatMs: null };
const night = { fromMin: 22 * 60, toMin: 7 * 60, offsetMin: -150, minSeverity: 'critical' } as const;

it('a channel is told in a line: its kind, from when on, about what, and when it is quiet', () => {
  expect(channelWords(desk)).toBe('slack, from medium');
  expect(channelWords({ ...desk, only: { coins: ['USDC', 'DAI'], chains: ['bsc'] }, quiet: [night] })).toBe(
    'slack, from medium, about USDC, DAI, on bsc, quiet 22:00 to 07:00 UTC-02:30 but for critical',
  );
});
