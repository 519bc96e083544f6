import { describe, expect, it } from 'vitest';
import { usualInhibit } from '../../src/config/load-routes.js';
import { type Files, inShort, load, smallConfig } from './small-config.js';

const main = 'config/pegwatch.yaml';

/** The small configuration with these lines at its end. */
function withLines(lines: string): Files {
  return { ...smallConfig, [main]: `${smallConfig[main]}${lines}` };
}

const whole = `
routes:
  channels: [hook]
  wait: { medium: 30m, high: 5m }
  interval: { high: 10m }
  repeat: { critical: 30m, low: never }
  quiet:
    - { from: "22:00", to: "07:00", offset: "-02:30", days: [sat, sun], minSeverity: high }
  routes:
    - when: { minSeverity: high, coins: [USDC], chains: [ethereum], detectors: [drift, chainSilence] }
      continue: true
      routes:
        - when: { cascade: true }
          wait: { high: 0s }
    - when: { maxSeverity: low }
      channels: [hook]
inhibit:
  - name: twins
    source: { coins: [USDC], minSeverity: high }
    target: { coins: [USDT], maxSeverity: high }
    equal: [chain]
`;

describe('routes and inhibition', () => {
  it('are read into what the engine decides by', () => {
    const { config, problems, notes } = load(withLines(whole));
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(config?.spec.routes).toStrictEqual({
      when: {},
      channels: ['hook'],
      waitMs: { medium: 1_800_000, high: 300_000 },
      intervalMs: { high: 600_000 },
      repeatMs: { critical: 1_800_000, low: null },
      quiet: [{ fromMin: 1320, toMin: 420, offsetMin: -150, days: [6, 0], minSeverity: 'high' }],
      goOn: false,
      routes: [
        {
          when: {
            minSeverity: 'high',
            coins: ['USDC'],
            chains: ['ethereum'],
            detectors: ['drift', 'chainSilence'],
          },
          goOn: true,
          routes: [{ when: { cascade: true }, waitMs: { high: 0 }, goOn: false, routes: [] }],
        },
        { when: { maxSeverity: 'low' }, channels: ['hook'], goOn: false, routes: [] },
      ],
    });
    expect(config?.spec.inhibit).toStrictEqual([
      {
        name: 'twins',
        source: { coins: ['USDC'], minSeverity: 'high' },
        target: { coins: ['USDT'], maxSeverity: 'high' },
        equal: ['chain'],
      },
    ]);
  });

  it('left out are each channel by itself, and what is explained as shipped; an empty list explains nothing', () => {
    const { config } = load(smallConfig);
    expect(config?.spec.routes).toBeUndefined();
    expect(config?.spec.inhibit).toEqual(usualInhibit);
    expect(load(withLines('inhibit: []\n')).config?.spec.inhibit).toEqual([]);
  });

  it('say so where a channel is in no route', () => {
    const { config, notes } = load(withLines('routes:\n  routes: []\n'));
    expect(config).not.toBeNull();
    expect(notes.map(({ sentence }) => sentence)).toEqual(['hook is in no route: it hears nothing']);
  });

  const faults: readonly [what: string, from: string, to: string, told: string, hint?: string][] = [
    [
      'an unknown channel',
      'channels: [hook]',
      'channels: [hok]',
      'routes.channels[0]: hok is no known channel',
      'Did you mean hook?',
    ],
    [
      'an unknown channel of a branch',
      '      channels: [hook]',
      '      channels: [hook, pager]',
      'routes.routes[1].channels[1]: pager is no known channel',
      'Known: hook.',
    ],
    [
      'an unknown coin',
      'coins: [USDC], chains',
      'coins: [USDX], chains',
      'routes.routes[0].when.coins[0]: USDX is no known coin',
      'Did you mean USDC?',
    ],
    [
      'an unknown chain',
      '[ethereum]',
      '[etherum]',
      'routes.routes[0].when.chains[0]: etherum is no known chain',
      'Did you mean ethereum?',
    ],
    [
      'an unknown detector',
      '[drift, ',
      '[drfit, ',
      'routes.routes[0].when.detectors[0]: drfit is no known detector',
      'Did you mean drift?',
    ],
    [
      'an unknown coin in a rule',
      'target: { coins: [USDT]',
      'target: { coins: [USTD]',
      'inhibit[0].target.coins[0]: USTD is no known coin',
      'Did you mean USDT?',
    ],
    [
      'two rules of one name',
      'inhibit:\n',
      'inhibit:\n  - { name: twins, source: {}, target: { maxSeverity: low } }\n',
      'inhibit[1].name: twins is the name of another rule already',
    ],
    [
      'a key that is not known in the depth',
      '- when: { cascade: true }',
      '- wehn: { cascade: true }',
      'routes.routes[0].routes[0].wehn: is not known here',
      'Did you mean when?',
    ],
    [
      'a wait of what does not wait',
      'wait: { medium: 30m,',
      'wait: { critical: 1m,',
      'routes.wait.critical: cannot be given: what is critical goes at once',
    ],
    [
      'severities that exclude each other',
      'minSeverity: high, coins: [USDC]',
      'minSeverity: high, maxSeverity: medium, coins: [USDC]',
      'routes.routes[0].when.maxSeverity: is milder than minSeverity: nothing fits',
    ],
    [
      'an hour that there is not',
      '"22:00"',
      '"24:00"',
      'routes.quiet[0].from: must be a time of day such as "22:30"',
    ],
    [
      'an offset that is a name',
      '"-02:30"',
      'Europe/Berlin',
      'routes.quiet[0].offset: must be an offset from UTC such as "+01:00"',
    ],
    [
      'a day that there is not',
      '[sat, sun]',
      '[sat, sunday]',
      'routes.quiet[0].days[1]: must be one of sun, mon',
    ],
    [
      'no rule to compare by',
      '    equal: [chain]',
      '    equal: [chian]',
      'inhibit[0].equal[0]: must be one of',
    ],
  ];

  it.each(faults)('with %s are refused in one problem', (_what, from, to, told, hint) => {
    expect(whole).toContain(from);
    const result = load(withLines(whole.replace(from, to)));
    expect(inShort(result)).toEqual([expect.stringContaining(`pegwatch.yaml ${told}`)]);
    expect(result.config).toBeNull();
    expect(result.problems[0]?.line).toBeGreaterThan(0);
    if (hint !== undefined) expect(result.problems[0]?.hint).toBe(hint);
  });
});

describe('a channel', () => {
  const channel = (lines: string): Files => withLines(`  - name: desk\n    ${lines}\n`);
  const env = { TOKEN: 'xoxb-0123456789-abcdef', URL: 'https://discord.example/api/webhooks/1/x' };
  const desk = (files: Files) => load(files, env).config?.spec.channels.find(({ name }) => name === 'desk');

  it('tells that blocks are final where that is an edit without a sound, unless it says otherwise', () => {
    const slack = `kind: slack\n    token: \${TOKEN}\n    channel: C1`;
    const telegram = `kind: telegram\n    token: \${TOKEN}\n    chat: "1"`;
    expect(desk(channel(slack))?.confirms).toBe(true);
    expect(desk(channel(telegram))?.confirms).toBe(true);
    expect(desk(channel(`kind: discord\n    url: \${URL}`))?.confirms).toBe(true);
    expect(desk(channel(`kind: slack\n    url: \${URL}`))?.confirms).toBeUndefined();
    expect(desk(channel(`kind: command\n    command: [cat]`))?.confirms).toBeUndefined();
    expect(desk(channel(`kind: command\n    command: [cat]\n    confirms: true`))?.confirms).toBe(true);
    expect(desk(channel(`${slack}\n    confirms: false`))?.confirms).toBeUndefined();
  });

  it('may have hours of its own, and be about chains that are silent', () => {
    const lines = `kind: command\n    command: [cat]\n    quiet: [{ from: "00:00", to: "00:00", days: [sun] }]`;
    expect(desk(channel(lines))?.quiet).toEqual([
      { fromMin: 0, toMin: 0, offsetMin: 0, days: [0], minSeverity: 'critical' },
    ]);
    const about = `kind: command\n    command: [cat]\n    only: { detectors: [chainSilence] }`;
    expect(desk(channel(about))?.only).toEqual({ detectors: ['chainSilence'] });
  });
});

describe('http.write', () => {
  const written = (lines: string): Files => ({
    ...smallConfig,
    [main]: (smallConfig[main] ?? '').replace('  port: 9464\n', `  port: 9464\n  write:\n    ${lines}\n`),
  });

  it('needs a token that is a secret and not short; an empty one lets nobody write', () => {
    const token = `token: \${TOKEN:-}`;
    expect(load(smallConfig).config?.http.writeToken).toBeNull();
    expect(load(written(token)).config?.http.writeToken).toBeNull();
    expect(load(written(token), { TOKEN: '0123456789abcdef' }).config?.http.writeToken).toBe(
      '0123456789abcdef',
    );
    expect(inShort(load(written(token), { TOKEN: 'short' }))).toEqual([
      'pegwatch.yaml http.write.token: must be at least 16 characters',
    ]);
    expect(inShort(load(written('token: 0123456789abcdef')))).toEqual([
      'pegwatch.yaml http.write.token: is written out in the file',
    ]);
  });
});
