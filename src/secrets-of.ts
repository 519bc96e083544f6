import { channelSecrets, hookSecrets } from './alerts/channel-secrets.js';
import type { Config } from './config/config.js';
import { secretsOfUrl } from './edge/redact.js';

/** All that must never leave the process as text, each with the name that stands in its place. */
export function secretsOf(config: Config): ReturnType<typeof secretsOfUrl> {
  const endpoints = config.chains.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ name, ws, http }) =>
      [ws, http].flatMap((url) => (url === null ? [] : secretsOfUrl(name, url))),
    ),
  );
  const channels = config.channels.flatMap(channelSecrets);
  const { writeToken } = config.http;
  const writing = writeToken === null ? [] : [{ name: 'http.write.token', value: writeToken }];
  return [...endpoints, ...channels, ...config.hooks.flatMap(hookSecrets), ...writing];
}
