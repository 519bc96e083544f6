// The rules of the house that a test can hold: who may import whom, and what pure rooms never touch.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** Paths inside src, or package names. `type` imports are marked. */
  readonly imports: readonly {
    readonly from: string;
    readonly typeOnly: boolean;
    readonly inside: boolean;
  }[];
}

/** The half of alerts that decides. */
const pureAlerts: ReadonlySet<string> = new Set([
  'alerts/alert-room.ts',
  'alerts/confirmed.ts',
  'alerts/conversation-key.ts',
  'alerts/digest-text.ts',
  'alerts/digest.ts',
  'alerts/gate.ts',
  'alerts/hook-room.ts',
  'alerts/inhibit.ts',
  'alerts/message-context.ts',
  'alerts/message.ts',
  'alerts/news.ts',
  'alerts/notice.ts',
  'alerts/playbook.ts',
  'alerts/quiet-hours.ts',
  'alerts/revised.ts',
  'alerts/route.ts',
  'alerts/silences.ts',
  'alerts/windows.ts',
]);

const files: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    const found = [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+'([^']+)'/gms)];
    return {
      path,
      room: roomOf(path),
      text,
      imports: found.map(([, typeOnly, from = '']) => ({
        from: from.startsWith('.') ? relative(src, join(src, path, '..', from)) : from,
        typeOnly: typeOnly !== undefined,
        inside: from.startsWith('.'),
      })),
    };
  });

/**
 * Files at the top of src and the effect half of alerts count as the shell. Channels are a room of their own, because the
 * configuration reads their rows; so are the kinds of values that all rows are made of.
 */
function roomOf(path: string): string {
  if (path === 'engine.ts') return 'engine';
  if (!path.includes('/')) return 'shell';
  if (path.startsWith('alerts/channels/')) return 'channels';
  if (path === 'config/fields.ts') return 'fields';
  if (path.startsWith('alerts/') && !pureAlerts.has(path)) return 'delivery';
  return path.split('/')[0] ?? '';
}

/** What each room may import from the project, beside itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  coverage: ['core'],
  protocols: ['core'],
  pricing: ['core'],
  series: ['core', 'pricing'],
  detectors: ['core', 'series'],
  judgement: ['core', 'protocols', 'series', 'detectors'],
  incidents: ['core'],
  alerts: ['core', 'coverage'],
  engine: ['core', 'coverage', 'judgement', 'incidents', 'alerts'],
  outlook: ['core'],
  reports: ['core', 'coverage', 'outlook', 'protocols', 'store'],
  channels: ['core', 'alerts', 'edge', 'fields'],
  delivery: ['core', 'channels', 'edge', 'store'],
  chain: ['core', 'coverage', 'protocols', 'config', 'edge', 'store'],
  store: ['core', 'coverage'],
  fields: [],
  config: ['core', 'channels', 'protocols', 'detectors', 'fields', 'outlook'],
  edge: ['core'],
  http: ['core', 'coverage', 'edge', 'outlook', 'store'],
  imports: ['core', 'config', 'fields'],
  cli: [
    'core',
    'coverage',
    'config',
    'incidents',
    'store',
    'outlook',
    'reports',
    'shell',
    'edge',
    'protocols',
    'imports',
  ],
  shell: [
    'core',
    'coverage',
    'config',
    'store',
    'chain',
    'edge',
    'http',
    'engine',
    'channels',
    'delivery',
    'fields',
    'cli',
    'alerts',
    'judgement',
    'outlook',
    'reports',
  ],
};

const pureRooms = [
  'core',
  'coverage',
  'protocols',
  'pricing',
  'series',
  'detectors',
  'judgement',
  'incidents',
  'alerts',
  'engine',
  'outlook',
  'reports',
];

describe('the rooms', () => {
  it('are all known, so that a new one is a decision', () => {
    expect([...new Set(files.map((file) => file.room))].filter((room) => !(room in mayImport))).toEqual([]);
  });

  it.each(Object.keys(mayImport))('%s sees only what the architecture lets it see', (room) => {
    const wrong = files
      .filter((file) => file.room === room)
      .flatMap((file) =>
        file.imports
          .filter((one) => one.inside)
          .map((one) => ({ file, to: roomOf(one.from.replace(/\.js$/, '.ts')) })),
      )
      .filter(({ to }) => to !== room && !mayImport[room]?.includes(to))
      .map(({ file, to }) => `${file.path} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  it('core imports no package', () => {
    const packages = files
      .filter((file) => file.room === 'core')
      .flatMap((file) => file.imports.filter((one) => !one.inside));
    expect(packages).toEqual([]);
  });

  it.each(pureRooms)(
    '%s is pure: no node modules, clock, timers, randomness, environment or output',
    (room) => {
      const forbidden =
        /'node:|\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bprocess\b|\bfetch\(|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bperformance\.now\b|\bconsole\./;
      const wrong = files
        .filter((file) => file.room === room)
        .flatMap((file) =>
          withoutComments(file.text)
            .split('\n')
            .filter((line) => forbidden.test(line))
            .map((line) => `${file.path}: ${line.trim()}`),
        );
      expect(wrong).toEqual([]);
    },
  );

  it('only the edge reads the clock and draws random numbers', () => {
    const allowed = ['edge', 'cli'];
    const wrong = files
      .filter((file) => !allowed.includes(file.room) && file.path !== 'main.ts')
      .filter((file) =>
        /\bDate\.now\b|\bMath\.random\b|\bsetTimeout\(|\bsetInterval\(|\bfetch\(/.test(
          withoutComments(file.text),
        ),
      )
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('never silences the compiler', () => {
    const wrong = files
      .filter((file) =>
        /: any\b|as any\b|@ts-ignore|@ts-expect-error|biome-ignore/.test(withoutComments(file.text)),
      )
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '');
}
