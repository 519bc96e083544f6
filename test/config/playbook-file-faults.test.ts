import { describe, expect, it } from 'vitest';
import { type Fault, type Files, inShort, load, smallConfig } from './small-config.js';

const drain = 'config/playbooks/drain.yaml';
const withPlaybook: Files = {
  ...smallConfig,
  [drain]: `
title: A pool is emptied
when:
  detectors: [drift]
  coins: [USDC]
  minSeverity: high
runbook: docs/drain.md
checklist:
  - Look.
hook:
  mode: send
  url: https://automation.example/pause
  secret: \${HOOK_SECRET:-}
`,
};
const env = { HOOK_SECRET: 'hook-sign-key-0123456789' };

const faults: readonly Fault[] = [
  { what: 'an unknown key', from: 'title:', to: 'titel: x\ntitle:', told: 'titel: is not known here' },
  { what: 'no title', from: 'title: A pool is emptied', to: '', told: 'title: is missing' },
  {
    what: 'a detector that there is not',
    from: '[drift]',
    to: '[drfit]',
    told: 'when.detectors[0]: drfit is no known detector',
    hint: 'Did you mean drift?',
  },
  {
    what: 'a coin that there is not',
    from: '[USDC]',
    to: '[USDQ]',
    told: 'when.coins[0]: USDQ is no known coin',
  },
  {
    what: 'a step that nobody reads',
    from: 'Look.',
    to: 'x'.repeat(161),
    told: 'checklist[0]: must be at most 160 characters',
  },
  {
    what: 'a wait of fifteen milliseconds',
    from: 'mode: send',
    to: 'mode: approve\n  waitMs: 15ms',
    told: 'hook.waitMs: must be from 1m to 7d',
  },
  {
    what: 'a mode that there is not',
    from: 'mode: send',
    to: 'mode: fire',
    told: 'hook.mode: must be one of dry-run, approve, send',
  },
  {
    what: 'a call that nobody signs',
    from: `  secret: \${HOOK_SECRET:-}\n`,
    to: '',
    told: 'hook.secret: is missing: a call is always signed',
  },
  {
    what: 'a secret that stands in the file',
    from: `\${HOOK_SECRET:-}`,
    to: 'hook-sign-key-0123456789',
    told: 'hook.secret: is written out in the file',
  },
  {
    what: 'an automation in a private network that was not allowed',
    from: 'https://automation.example/pause',
    to: 'http://10.0.0.7/pause',
    told: 'hook.url: is an address of this machine or of a private network',
    hint: 'Set allowPrivate: true if it is meant to be called there.',
  },
];

describe('a playbook', () => {
  it('is read into what the engine says and what the edge calls, and the secret stays at the edge', () => {
    const { config, problems } = load(withPlaybook, env);
    expect(problems).toEqual([]);
    expect(config?.spec.playbooks).toEqual([
      {
        name: 'drain',
        title: 'A pool is emptied',
        when: { detectors: ['drift'], coins: ['USDC'], minSeverity: 'high' },
        runbook: 'docs/drain.md',
        checklist: ['Look.'],
        hook: { mode: 'send', minSeverity: 'critical', waitMs: 900_000 },
      },
    ]);
    expect(config?.hooks.map(({ playbook, url }) => [playbook, url])).toEqual([
      ['drain', 'https://automation.example/pause'],
    ]);
    expect(JSON.stringify(config?.spec)).not.toContain(env.HOOK_SECRET);
    expect(JSON.stringify(config?.spec)).not.toContain('automation.example');
  });

  it('in dry-run needs no address, and with an empty one is left out with a note', () => {
    const change = (from: string, to: string): Files => ({
      ...withPlaybook,
      [drain]: (withPlaybook[drain] ?? '').replace(from, to),
    });
    const dry = load(change('mode: send', 'mode: dry-run'), env);
    expect([dry.config?.hooks, dry.config?.spec.playbooks?.[0]?.hook?.mode]).toEqual([[], 'dry-run']);
    const empty = load(change('https://automation.example/pause', '""'), env);
    expect([empty.config?.hooks, empty.config?.spec.playbooks?.[0]?.hook]).toEqual([[], null]);
    expect(empty.notes.map(({ sentence }) => sentence)).toEqual([
      'drain has an empty url and is left out: it calls nobody',
    ]);
  });

  it('links to the place where its runbook can be opened', () => {
    const main = `${smallConfig['config/pegwatch.yaml']}\nplaybooks:\n  runbookBase: https://wiki.example/ops/\n`;
    const { config } = load({ ...withPlaybook, 'config/pegwatch.yaml': main }, env);
    expect(config?.spec.playbooks?.[0]?.runbook).toBe('https://wiki.example/ops/docs/drain.md');
  });

  it('may be missing altogether; a folder that is named may not', () => {
    expect(load(smallConfig).config?.spec.playbooks).toEqual([]);
    const main = `${smallConfig['config/pegwatch.yaml']}\nplaybooks:\n  folder: books\n`;
    expect(inShort(load({ ...smallConfig, 'config/pegwatch.yaml': main }))[0]).toContain('cannot be read');
  });

  it.each(faults)('with $what is refused in words', (fault) => {
    const text = withPlaybook[drain] ?? '';
    expect(text).toContain(fault.from);
    const { config, problems } = load({ ...withPlaybook, [drain]: text.replace(fault.from, fault.to) }, env);
    expect(config).toBeNull();
    expect(problems.map(({ path, sentence }) => `${path}: ${sentence}`)).toEqual([
      expect.stringContaining(fault.told),
    ]);
    if (fault.hint !== undefined) expect(problems[0]?.hint).toBe(fault.hint);
  });
});

describe('digestMs', () => {
  const slack = (lines: string): string => `
  - name: desk
    kind: slack
    ${lines}
`;
  const withChannel = (lines: string): Files => ({
    ...smallConfig,
    'config/pegwatch.yaml': `${smallConfig['config/pegwatch.yaml']}${slack(lines)}`,
  });
  const token = { SLACK: 'xoxb-0123456789-abcdef' };
  const digestOf = (files: Files): number | null | undefined =>
    load(files, token).config?.spec.channels.find(({ name }) => name === 'desk')?.digestMs;

  it('is ten minutes where a message can be edited, and can be changed or switched off', () => {
    const via = `token: \${SLACK}\n    channel: C1`;
    expect(inShort(load(withChannel(via), token))).toEqual([]);
    expect(digestOf(withChannel(via))).toBe(600_000);
    expect(digestOf(withChannel(`${via}\n    digestMs: 5m`))).toBe(300_000);
    expect(digestOf(withChannel(`${via}\n    digestMs: never`))).toBeUndefined();
  });

  it('is refused where it would be one message more', () => {
    const hook = `url: \${HOOK}\n    digestMs: 5m`;
    const result = load(withChannel(hook), { HOOK: 'https://hooks.slack.com/services/T/B/x' });
    expect(inShort(result)[0]).toContain('digestMs: needs a message that can be edited');
  });
});
