// Channels as the daemon makes them, and the configurations that lead to the imitations of services.
import { channelSecrets } from '../../src/alerts/channel-secrets.js';
import type { Channel } from '../../src/alerts/channels/channel.js';
import { type ChannelConfig, createChannels } from '../../src/alerts/channels/index.js';
import type { Clock } from '../../src/core/ports.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createRedact } from '../../src/edge/redact.js';
import { createManualClock } from '../helpers/manual-clock.js';
import { type Discord, discordPath } from '../helpers/services/discord.js';
import { type Slack, slackChannel, slackToken } from '../helpers/services/slack.js';
import { type Telegram, telegramChat, telegramToken } from '../helpers/services/telegram.js';

export const base = { name: 'traders', timeoutMs: 5000, allowPrivate: true } as const;

export function makeChannel(config: ChannelConfig, clock: Clock = createManualClock()): Channel {
  const redact = createRedact(channelSecrets(config));
  return createChannels([config], { post: postForChannels, clock, redact, version: '1.2.3' })[0] as Channel;
}

export function slackConfig({ url }: Slack): ChannelConfig {
  const address = { via: 'token', token: slackToken, channel: slackChannel, apiUrl: `${url}/api` } as const;
  return { ...base, kind: 'slack', ...address };
}

export function discordConfig({ url }: Discord): ChannelConfig {
  return { ...base, kind: 'discord', url: `${url}${discordPath}` };
}

export function telegramConfig({ url }: Telegram): ChannelConfig {
  return { ...base, kind: 'telegram', token: telegramToken, chat: telegramChat, apiUrl: url };
}
