// What would leave the process for an alert, as text for a person: the first request of its channel, caught at the door.
// Nothing is sent, no name is looked up. The address is left out and every secret replaced by its configured name.

import type { Alert } from '../../core/alert.js';
import { PegwatchError } from '../../core/errors.js';
import type { ChannelDeps, HttpPost } from './channel.js';
import { type ChannelConfig, channelKindOf } from './index.js';

type PostRequest = Parameters<HttpPost>[1];

export async function rehearse(
  config: ChannelConfig,
  alert: Alert,
  deps: Omit<ChannelDeps, 'post'>,
  signal: AbortSignal,
): Promise<string> {
  const kind = channelKindOf(config.kind);
  if (kind.shown !== undefined) return deps.redact(kind.shown(config, alert));
  const caught: PostRequest[] = [];
  const post: HttpPost = async (_url, request) => {
    caught.push(request);
    // A channel that is not answered tries nothing else now.
    throw new PegwatchError('rehearsed', 'nothing was sent');
  };
  await kind.sender(config, { ...deps, post })(alert, 1, signal, { previous: null, superseded: 0 });
  return deps.redact(caught.map((request) => requestText(request, deps.redact)).join('\n\n'));
}

function requestText({ method = 'POST', headers, body }: PostRequest, redact: ChannelDeps['redact']): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [method, ...head, '', bodyText(body, redact)].join('\n');
}

/** JSON with a line for each field. Its texts are redacted one by one: written as JSON a secret may look otherwise. */
function bodyText(body: string, redact: ChannelDeps['redact']): string {
  try {
    return JSON.stringify(
      JSON.parse(body, (_key, value: unknown) => (typeof value === 'string' ? redact(value) : value)),
      null,
      2,
    );
  } catch {
    return body;
  }
}
