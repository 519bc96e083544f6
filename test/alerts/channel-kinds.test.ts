// One more channel is one more file and one line: whatever else knows the kinds of channels derives them from the list.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelKindOf, channelKinds } from '../../src/alerts/channels/index.js';
import { channelRowOf } from '../../src/config/channel-rows.js';
import { edit, inShort, load, smallConfig } from '../config/small-config.js';
import { repository } from '../helpers/config-folder.js';

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const names = channelKinds.map(({ kind }) => kind);
const main = 'config/pegwatch.yaml';
const withRow = (row: string) => edit(smallConfig, main, 'channels:', `channels:\n  - { name: one, ${row} }`);

describe('the kinds of channels', () => {
  it('are the files that describe one, each named for its own', () => {
    const files = readdirSync(join(repository, 'src/alerts/channels')).filter((file) =>
      read(`src/alerts/channels/${file}`).includes('= channelKind({'),
    );
    expect(files.map((file) => file.replace(/\.ts$/, '')).sort()).toEqual([...names].sort());
  });

  it('are those of the editor schema', () => {
    const schema = JSON.parse(read('config/schemas/pegwatch.json'));
    const rows: { readonly properties: { readonly kind: { readonly const: string } } }[] =
      schema.properties.channels.items.oneOf;
    expect(rows.map(({ properties }) => properties.kind.const).sort()).toEqual([...names].sort());
  });

  it('are those of the table in the documentation, which names what leads to them', () => {
    const [, table = ''] = read('docs/alerts.md').split('| kind | needs |');
    const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `(.+?)` \| (.+?) \|/gm)];
    expect(rows.map(([, kind]) => kind).sort()).toEqual([...names].sort());
    const silent = rows.flatMap(([, kind = '', needs = '']) =>
      (channelKindOf(kind).address ?? []).filter((key) => !needs.includes(`\`${key}\``)),
    );
    expect(silent).toEqual([]);
  });

  it('are named nowhere else in the code', () => {
    const elsewhere = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('alerts/channels/'))
      .filter((path) => names.some((name) => read(`src/${path}`).includes(`'${name}'`)));
    expect(elsewhere).toEqual([]);
  });

  it('are all told where another one is wanted', () => {
    const result = load(withRow('kind: pigeon, url: "https://hooks.example/"'));
    expect(inShort(result)).toEqual([`pegwatch.yaml channels[0].kind: must be one of ${names.join(', ')}`]);
    expect(() => channelKindOf('pigeon')).toThrow('no kind of channel named pigeon');
  });
});

/** What a row of that kind may have read from a file. */
const secretsOf = (fields: object): readonly string[] =>
  Object.keys(fields).filter((key) => `${key}_file` in fields);

describe('a row', () => {
  it.each(channelKinds)(
    'of kind $kind takes no key that all have, and no file for what it does not know',
    (kind) => {
      const keys = Object.keys(kind.fields);
      const { shape } = channelRowOf({ ...kind, fields: {} });
      expect(keys.filter((key) => key in shape)).toEqual([]);
      const files = keys.filter((key) => key.endsWith('_file'));
      expect(files).toEqual(secretsOf(kind.fields).map((key) => `${key}_file`));
    },
  );

  const addressed = channelKinds.flatMap(({ kind, address = [] }) =>
    address.slice(0, 1).map((key) => ({ kind, key })),
  );

  it.each(addressed)(
    'of kind $kind without $key is a fault, and with an empty one it is left out',
    ({ kind, key }) => {
      const problem = load(withRow(`kind: ${kind}`)).problems.find(
        ({ path }) => path === `channels[0].${key}`,
      );
      expect(problem).toMatchObject({ sentence: 'is missing', hint: `Give it as ${key} or as ${key}_file.` });
      const { notes } = load(withRow(`kind: ${kind}, ${key}: "\${PEGWATCH_NOT_SET:-}"`));
      expect(notes.map(({ path, sentence }) => `${path}: ${sentence}`)).toEqual([
        `channels[0]: one has an empty ${key} and is left out: it tells nobody`,
      ]);
    },
  );

  const passwords = channelKinds.flatMap(({ kind, fields }) =>
    secretsOf(fields)
      .filter((key) => key !== 'url')
      .map((key) => ({ kind, key })),
  );

  it.each(passwords)('of kind $kind may not have its $key written out', ({ kind, key }) => {
    expect(inShort(load(withRow(`kind: ${kind}, ${key}: hunter22`)))).toContain(
      `pegwatch.yaml channels[0].${key}: is written out in the file`,
    );
  });
});
