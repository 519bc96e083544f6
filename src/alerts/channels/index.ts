// All kinds of channels, in alphabetical order. One more channel is one more file and one more line here.

import { PegwatchError } from '../../core/errors.js';
import { alertmanager } from './alertmanager.js';
import type { Channel, ChannelDeps } from './channel.js';
import type { AnyChannelKind } from './channel-kind.js';
import { command } from './command.js';
import { discord } from './discord.js';
import { email } from './email.js';
import { pagerduty } from './pagerduty.js';
import { slack } from './slack.js';
import { telegram } from './telegram.js';
import { webhook } from './webhook.js';

const kinds = [alertmanager, command, discord, email, pagerduty, slack, telegram, webhook] as const;

/** What the edge needs of a channel: all secrets in place, nothing that only the engine wants. */
export type ChannelConfig = Parameters<(typeof kinds)[number]['secrets']>[0];

export const channelKinds: readonly AnyChannelKind[] = kinds;

const byName: ReadonlyMap<string, AnyChannelKind> = new Map(channelKinds.map((kind) => [kind.kind, kind]));

/** The kind of that name. The configuration was checked for names, so an unknown one is thrown. */
export function channelKindOf(name: string): AnyChannelKind {
  const kind = byName.get(name);
  if (kind !== undefined) return kind;
  throw new PegwatchError('channel-kind-unknown', `There is no kind of channel named ${name}.`, {
    hint: `Known kinds: ${[...byName.keys()].join(', ')}.`,
  });
}

export function createChannels(configs: readonly ChannelConfig[], deps: ChannelDeps): readonly Channel[] {
  return configs.map((config) => {
    const { name, kind } = config;
    return { name, kind, send: channelKindOf(kind).sender(config, deps) };
  });
}
