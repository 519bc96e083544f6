import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.js';
import { type ConfigFolder, edit, writeConfigFolder } from '../helpers/config-folder.js';
import { marketCoins } from '../helpers/pretend-market.js';

const chains = [{ chain: 'ethereum', chainId: 1, ws: 'ws://127.0.0.1:1' }];
let folder: ConfigFolder;

const rules = `channels:
  - { name: call, kind: command, command: [cat], minSeverity: high, repeatMs: 2h }
  - name: desk
    kind: command
    command: [cat]
    quiet: [{ from: "22:00", to: "06:30", offset: "-03:00", minSeverity: high }]
  - { name: idle, kind: command, command: [cat] }
routes:
  channels: [desk, call]
  wait: { medium: 90s }
  interval: { medium: 1h }
  repeat: { medium: never, critical: 30m }
  routes:
    - { when: { detectors: [supplyShock] }, channels: [idle] }
`;

beforeAll(() => {
  folder = writeConfigFolder({ chains, coins: marketCoins(chains) });
  edit(folder, 'pegwatch.yaml', 'channels: []\n', rules);
});
afterAll(() => rmSync(dirname(folder.config), { recursive: true, force: true }));

async function route(...args: string[]): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(...text.split('\n'));
  const world = { env: {}, out: say, err: say, signal: new AbortController().signal };
  const about = ['--coin', 'USDX', '--chain', 'ethereum', '--config', folder.config];
  return { code: await runCommandLine(['route', ...args, ...about], world), said };
}

it('says of each channel when it would be told, or why not', async () => {
  const medium = await route('--severity', 'medium');
  expect(medium).toEqual({
    code: 0,
    said: [
      'call              not told: milder than high',
      'desk              told after 90 s; at most every 1 h; not repeated; waits while it is quiet (22:00 to 06:30 UTC-03:00); kept back while cascade explains it',
      'idle              not told: no route leads here',
    ],
  });
  const critical = await route('--severity', 'critical', '--cascade');
  expect(critical.said).toEqual([
    'call              told at once; again every 30 min while it stands',
    'desk              told at once; again every 30 min while it stands',
    'idle              not told: no route leads here',
  ]);
  const shock = await route('--severity', 'high', '--detector', 'supplyShock');
  expect(shock.said).toEqual([
    'call              not told: no route leads here',
    'desk              not told: no route leads here',
    'idle              told after 15 min; not repeated',
  ]);
});

it('refuses a name that nothing has, with the one that was probably meant', async () => {
  const { code, said } = await route('--severity', 'high', '--detector', 'suplyShock');
  expect(code).toBe(1);
  expect(said.join(' ')).toContain('"suplyShock" is no known detector   Did you mean supplyShock?');
  expect((await route('--severity', 'worst')).code).toBe(1);
});
