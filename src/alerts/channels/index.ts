import type { ChannelConfig, ConfigOf } from '../../config/channel-rows.js';
import { alertmanager } from './alertmanager.js';
import type { Channel, ChannelDeps } from './channel.js';
import { command } from './command.js';
import { discord } from './discord.js';
import { email } from './email.js';
import { pagerduty } from './pagerduty.js';
import { slack } from './slack.js';
import { telegram } from './telegram.js';
import { webhook } from './webhook.js';

/** Every kind of channel, in alphabetical order: a new one is a new file and a line here. */
export const channelKinds = {
  alertmanager,
  command,
  discord,
  email,
  pagerduty,
  slack,
  telegram,
  webhook,
} satisfies {
  readonly [Kind in ChannelConfig['kind']]: (config: ConfigOf<Kind>, deps: ChannelDeps) => Channel;
};

export function createChannels(configs: readonly ChannelConfig[], deps: ChannelDeps): readonly Channel[] {
  // The compiler cannot see that a kind's maker gets a configuration of that kind.
  return configs.map((config) => (channelKinds[config.kind] as Maker)(config, deps));
}

type Maker = (config: ChannelConfig, deps: ChannelDeps) => Channel;
