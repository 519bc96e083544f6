import { hookChannel } from '../core/hook.js';
import { type Secret, secretsOfUrl } from '../edge/redact.js';
import type { HookConfig } from './channels/hook.js';
import { type ChannelConfig, channelKindOf } from './channels/index.js';

/** Everything about a channel that must not leave the process as text. */
export function channelSecrets(config: ChannelConfig): readonly Secret[] {
  return channelKindOf(config.kind).secrets(config);
}

export function hookSecrets({ playbook, url, secret }: HookConfig): readonly Secret[] {
  const name = hookChannel(playbook);
  return [...secretsOfUrl(name, url), { name, value: secret }];
}
