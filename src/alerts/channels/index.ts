import type { WebhookConfig } from '../../config/config.js';
import type { Channel, ChannelDeps } from './channel.js';
import { webhook } from './webhook.js';

/** Every kind of channel, in alphabetical order: a new one is a new file and a line here. */
export const channelKinds = {
  webhook,
} satisfies Record<WebhookConfig['kind'], (config: WebhookConfig, deps: ChannelDeps) => Channel>;

export function createChannels(configs: readonly WebhookConfig[], deps: ChannelDeps): readonly Channel[] {
  return configs.map((config) => channelKinds[config.kind](config, deps));
}
