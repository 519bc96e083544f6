// The channels of pegwatch.yaml: where alerts go (with address and secret, for the edge) and what each is told (for
// the engine).

import type { z } from 'zod';
import { isPrivateAddress } from '../core/private-address.js';
import type { ChannelSpec } from '../core/spec.js';
import { type ChannelConfig, channelRow, channelRows } from './channel-rows.js';
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

type Row = ReturnType<typeof channelRow.parse>;

export function loadChannels(file: YamlFile, known: KnownNames): Channels {
  const configs: ChannelConfig[] = [];
  const specs: ChannelSpec[] = [];
  const names = new Set<string>();
  const rows = fieldOf(file.tree, 'channels');

  for (const [i, given] of (Array.isArray(rows) ? rows : []).entries()) {
    const kind = fieldOf(given, 'kind');
    const schema = Object.entries(channelRows).find(([name]) => name === kind)?.[1];
    if (schema === undefined) continue;
    const sound: Readonly<Record<string, unknown>> = soundFields(schema as z.ZodObject, given);
    const { name } = sound;
    if (typeof name === 'string' && names.has(name)) {
      file.report(['channels', i, 'name'], `${name} is the name of another channel already`);
    }
    if (typeof name === 'string') names.add(name);
    if (sound.enabled === false) continue;
    const missing = missingAddress(String(kind), sound, given);
    if (missing?.fault === 'missing') {
      file.report(['channels', i, missing.key], 'is missing', missing.hint);
      continue;
    }
    if (missing !== null) {
      const label = typeof name === 'string' ? name : `channel ${i + 1}`;
      file.note(['channels', i], `${label} has an empty ${missing.key} and is left out: it tells nobody`);
      continue;
    }
    const parsed = channelRow.safeParse(given);
    if (!parsed.success) continue;
    const config = configOf(parsed.data);
    const host = privateHostKey(config);
    if (host !== null) {
      const hint = 'Set allowPrivate: true if alerts are meant to go there.';
      file.report(['channels', i, host], 'is an address of this machine or of a private network', hint);
    }
    checkNames(file, ['channels', i, 'only'], parsed.data.only ?? {}, known);
    configs.push(config);
    specs.push(specOf(parsed.data, config, digestMsOf(file, i, parsed.data, config)));
  }
  return { configs, specs, names: [...names] };
}

function specOf(row: Row, config: ChannelConfig, digestMs: number | null): ChannelSpec {
  const { minSeverity, groupMs, repeatMs, only, quiet } = row;
  return {
    name: config.name,
    kind: config.kind,
    minSeverity,
    groupMs,
    repeatMs,
    ...(digestMs === null ? {} : { digestMs }),
    ...(only === undefined ? {} : { only: withoutGaps(only) }),
    ...((row.confirms ?? editsInSilence(config)) ? { confirms: true } : {}),
    ...(quiet === undefined ? {} : { quiet }),
  };
}

/** Where the message of an incident can be edited, and an edit rings nobody. */
function editsInSilence(config: ChannelConfig): boolean {
  if (config.kind === 'slack') return config.via === 'token';
  return config.kind === 'discord' || config.kind === 'telegram';
}

const usualDigestMs = 600_000;

/** A Slack webhook cannot edit: there a digest would be one more message. */
function digestMsOf(file: YamlFile, row: number, given: Row, config: ChannelConfig): number | null {
  if (given.kind !== 'slack') return 'digestMs' in given ? given.digestMs : null;
  if (config.kind === 'slack' && config.via === 'token')
    return given.digestMs === undefined ? usualDigestMs : given.digestMs;
  if (given.digestMs) {
    const hint = 'Give a token and a channel instead of a url, or leave it out.';
    file.report(['channels', row, 'digestMs'], 'needs a message that can be edited', hint);
  }
  return null;
}

interface Missing {
  readonly key: string;
  readonly fault: 'missing' | 'empty';
  readonly hint: string;
}

/** The key that says where a channel leads; an empty one (a variable that is not set) leaves the channel out. */
function missingAddress(
  kind: string,
  sound: Readonly<Record<string, unknown>>,
  given: unknown,
): Missing | null {
  const key = addressKeys[kind];
  if (key === undefined) return null;
  const keys = kind === 'slack' ? ['url', 'token'] : [key];
  if (keys.some((one) => typeof sound[one] === 'string' && sound[one] !== '')) {
    const homeless = kind === 'slack' && sound.token && !sound.channel;
    if (homeless) return { key: 'channel', fault: 'missing', hint: 'A token needs the id of a channel.' };
    return null;
  }
  // A key with a fault of its own is told by the check of the shape.
  const written = keys.filter((one) => fieldOf(given, one) !== undefined);
  if (written.some((one) => fieldOf(given, one) !== '' && fieldOf(given, one) !== null)) return null;
  return {
    key,
    fault: written.length === 0 ? 'missing' : 'empty',
    hint: `Give it as ${key} or as ${key}_file.`,
  };
}

const addressKeys: Readonly<Record<string, string>> = {
  alertmanager: 'url',
  discord: 'url',
  email: 'url',
  pagerduty: 'routingKey',
  slack: 'url',
  telegram: 'token',
  webhook: 'url',
};

/** The key of an HTTP address that is private by its very text, where that is not allowed. */
function privateHostKey(config: ChannelConfig): string | null {
  if (!('allowPrivate' in config) || config.allowPrivate) return null;
  const [key, address] = 'url' in config ? ['url', config.url] : ['apiUrl', config.apiUrl];
  if (!URL.canParse(address)) return null;
  const host = new URL(address).hostname;
  return host === 'localhost' || host.endsWith('.localhost') || isPrivateAddress(host) === true ? key : null;
}

function configOf(row: Row): ChannelConfig {
  const { name, timeoutMs } = row;
  const base = { name, timeoutMs };
  switch (row.kind) {
    case 'webhook': {
      const { kind, envelope, allowPrivate } = row;
      return { ...base, kind, envelope, allowPrivate, url: row.url ?? '', secret: row.secret || null };
    }
    case 'slack': {
      const { kind, allowPrivate, token, channel, url, apiUrl } = row;
      const shared = { ...base, kind, allowPrivate };
      if (!token) return { ...shared, via: 'webhook', url: url ?? '' };
      return { ...shared, via: 'token', token, channel: channel ?? '', apiUrl: apiUrl ?? '' };
    }
    case 'discord':
      return { ...base, kind: row.kind, allowPrivate: row.allowPrivate, url: row.url ?? '' };
    case 'telegram': {
      const { kind, allowPrivate, token, chat, apiUrl } = row;
      return { ...base, kind, allowPrivate, token: token ?? '', chat, apiUrl: apiUrl ?? '' };
    }
    case 'pagerduty': {
      const { kind, allowPrivate, routingKey, apiUrl } = row;
      return { ...base, kind, allowPrivate, routingKey: routingKey ?? '', apiUrl: apiUrl ?? '' };
    }
    case 'alertmanager': {
      const { kind, allowPrivate, url, holdMs } = row;
      return { ...base, kind, allowPrivate, url: url ?? '', holdMs };
    }
    case 'email': {
      const { kind, url, from, to, requireTls } = row;
      return { ...base, kind, url: url ?? '', from, to, requireTls };
    }
    case 'command':
      return { ...base, kind: row.kind, command: row.command };
  }
}
