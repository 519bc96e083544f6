// The channels of pegwatch.yaml: where alerts go (with address and secret, for the edge) and what each is told (for
// the engine).

import type { AnyChannelKind } from '../alerts/channels/channel-kind.js';
import { type ChannelConfig, channelKinds } from '../alerts/channels/index.js';
import { isPrivateAddress } from '../core/private-address.js';
import type { ChannelSpec } from '../core/spec.js';
import { channelRowOf } from './channel-rows.js';
import { checkNames, type KnownNames } from './check-names.js';
import { fieldOf, soundFields } from './check-shape.js';
import { withoutGaps } from './without-gaps.js';
import type { YamlFile } from './yaml-file.js';

export interface Channels {
  readonly configs: readonly ChannelConfig[];
  readonly specs: readonly ChannelSpec[];
  /** Of all rows, also of those that are left out: a route may name them. */
  readonly names: readonly string[];
}

type Row = ReturnType<ReturnType<typeof channelRowOf>['parse']>;

export function loadChannels(file: YamlFile, known: KnownNames): Channels {
  const configs: ChannelConfig[] = [];
  const specs: ChannelSpec[] = [];
  const names = new Set<string>();
  const rows = fieldOf(file.tree, 'channels');

  for (const [i, given] of (Array.isArray(rows) ? rows : []).entries()) {
    // Another one is told by the check of the shape.
    const kind = channelKinds.find(({ kind }) => kind === fieldOf(given, 'kind'));
    const written = fieldOf(given, 'name');
    if (kind === undefined && typeof written === 'string') names.add(written);
    if (kind === undefined) continue;
    const schema = channelRowOf(kind);
    const sound = soundFields(schema, given);
    const { name } = sound;
    if (typeof name === 'string' && names.has(name)) {
      file.report(['channels', i, 'name'], `${name} is the name of another channel already`);
    }
    if (typeof name === 'string') names.add(name);
    if (sound.enabled === false) continue;
    const missing = missingAddress(kind, sound, given);
    if (missing?.fault === 'missing') {
      file.report(['channels', i, missing.key], 'is missing', missing.hint);
      continue;
    }
    if (missing !== null && file.isReported(['channels', i, missing.key])) continue;
    if (missing !== null) {
      const label = typeof name === 'string' ? name : `channel ${i + 1}`;
      file.note(['channels', i], `${label} has an empty ${missing.key} and is left out: it tells nobody`);
      continue;
    }
    const parsed = schema.safeParse(given);
    if (!parsed.success) continue;
    const config = configOf(kind, parsed.data);
    const host = privateHostKey(config);
    if (host !== null) {
      const hint = 'Set allowPrivate: true if alerts are meant to go there.';
      file.report(['channels', i, host], 'is an address of this machine or of a private network', hint);
    }
    checkNames(file, ['channels', i, 'only'], parsed.data.only ?? {}, known);
    const digestMs = digestMsOf(kind, parsed.data);
    if (typeof digestMs === 'string') {
      file.report(['channels', i, 'digestMs'], 'needs a message that can be edited', digestMs);
    }
    configs.push(config);
    specs.push(specOf(kind, parsed.data, config, typeof digestMs === 'string' ? null : digestMs));
  }
  return { configs, specs, names: [...names] };
}

/** What a kind makes of its own row is the configuration of that kind, which the compiler cannot see in a list. */
function configOf({ kind, settings }: AnyChannelKind, row: Row): ChannelConfig {
  const { name, timeoutMs } = row;
  return { kind, name, timeoutMs, ...settings(row) } as ChannelConfig;
}

function specOf(kind: AnyChannelKind, row: Row, config: ChannelConfig, digestMs: number | null): ChannelSpec {
  const { minSeverity, groupMs, repeatMs, only, quiet } = row;
  return {
    name: config.name,
    kind: config.kind,
    minSeverity,
    groupMs,
    repeatMs,
    ...(digestMs === null ? {} : { digestMs }),
    ...(only === undefined ? {} : { only: withoutGaps(only) }),
    ...((row.confirms ?? kind.editsInSilence?.(config)) ? { confirms: true } : {}),
    ...(quiet === undefined ? {} : { quiet }),
  };
}

/** Text: why it cannot be. */
function digestMsOf(kind: AnyChannelKind, row: Row): number | null | string {
  if (kind.digestMs !== undefined) return kind.digestMs(row);
  return 'digestMs' in row && typeof row.digestMs === 'number' ? row.digestMs : null;
}

interface Missing {
  readonly key: string;
  readonly fault: 'missing' | 'empty';
  readonly hint: string;
}

/** Whether it is said where the channel leads; an empty address (a variable that is not set) leaves it out. */
function missingAddress(
  { address = [], lacks }: AnyChannelKind,
  sound: Readonly<Record<string, unknown>>,
  given: unknown,
): Missing | null {
  const [key] = address;
  if (key === undefined) return null;
  if (address.some((one) => typeof sound[one] === 'string' && sound[one] !== '')) {
    const lacking = lacks?.(sound) ?? null;
    return lacking === null ? null : { ...lacking, fault: 'missing' };
  }
  // A key with a fault of its own is told by the check of the shape.
  const written = address.filter((one) => fieldOf(given, one) !== undefined);
  if (written.some((one) => fieldOf(given, one) !== '' && fieldOf(given, one) !== null)) return null;
  return {
    key,
    fault: written.length === 0 ? 'missing' : 'empty',
    hint: `Give it as ${key} or as ${key}_file.`,
  };
}

/** The key of an HTTP address that is private by its very text, where that is not allowed. */
function privateHostKey(config: ChannelConfig): string | null {
  if (!('allowPrivate' in config) || config.allowPrivate) return null;
  const [key, address] = 'url' in config ? ['url', config.url] : ['apiUrl', config.apiUrl];
  if (!URL.canParse(address)) return null;
  const host = new URL(address).hostname;
  return host === 'localhost' || host.endsWith('.localhost') || isPrivateAddress(host) === true ? key : null;
}
