import type { ChannelConfig } from '../config/channel-rows.js';
import type { HookConfig } from '../config/hook-config.js';
import { hookChannel } from '../core/hook.js';
import { type Secret, secretsOfUrl } from '../edge/redact.js';

/** Everything about a channel that must not leave the process as text. */
export function channelSecrets(config: ChannelConfig): readonly Secret[] {
  const { name } = config;
  const plain = (value: string | null): readonly Secret[] => (value === null ? [] : [{ name, value }]);
  switch (config.kind) {
    case 'webhook':
      return [...secretsOfUrl(name, config.url), ...plain(config.secret)];
    case 'slack':
      return config.via === 'webhook' ? secretsOfUrl(name, config.url) : plain(config.token);
    case 'telegram':
      return [...plain(config.token), ...plain(config.token.split(':')[1] ?? null)];
    case 'pagerduty':
      return plain(config.routingKey);
    case 'email':
    case 'alertmanager':
    case 'discord':
      return secretsOfUrl(name, config.url);
    case 'command':
      return [];
  }
}

export function hookSecrets({ playbook, url, secret }: HookConfig): readonly Secret[] {
  const name = hookChannel(playbook);
  return [...secretsOfUrl(name, url), { name, value: secret }];
}
