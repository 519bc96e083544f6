// PagerDuty, Events API v2. One incident of ours is one of theirs: its id is the `dedup_key`, under which it is
// triggered, updated, and resolved. (developer.pagerduty.com: send an alert event, PD-CEF)
//
// 202 is success. 400 says that the event itself is wrong, so it is sent once more without its details.

import type { Alert } from '../../core/alert.js';
import type { Severity } from '../../core/severity.js';
import { message } from '../message.js';
import type { ChannelDeps, Conversation, SendResult } from './channel.js';
import { type ChannelBase, channelKind, type Guarded } from './channel-kind.js';
import { exchange, isSuccess, problemOf, tryAgain } from './exchange.js';
import { allowPrivate, digestMs, file, secret, url } from './row-fields.js';
import { cut, type Story, story } from './story.js';

type Config = ChannelBase<'pagerduty'> & Guarded & { readonly routingKey: string; readonly apiUrl: string };
type Event = Readonly<Record<string, unknown>>;

const maxKey = 255;
const maxSummary = 1024;

const severities: Readonly<Record<Severity, string>> = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};

export const pagerduty = channelKind({
  kind: 'pagerduty',
  fields: {
    digestMs: digestMs.default(null),
    routingKey: secret.describe('The integration key of the service (Events API v2). Empty: left out.'),
    routingKey_file: file('integration key'),
    apiUrl: url('Where events go, where it is not the US region.').default(
      'https://events.pagerduty.com/v2/enqueue',
    ),
    allowPrivate,
  },
  address: ['routingKey'],
  settings: ({ routingKey, apiUrl, allowPrivate }) => ({
    routingKey: routingKey ?? '',
    apiUrl: apiUrl ?? '',
    allowPrivate,
  }),
  secrets: ({ name, routingKey }) => [{ name, value: routingKey }],

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const whole = event(config, alert, conversation, true);
    const answer = await callPagerduty(config, deps, whole, signal);
    if (answer.kind !== 'refused') return answer;
    return callPagerduty(config, deps, event(config, alert, conversation, false), signal);
  },
});

function event(config: Config, alert: Alert, conversation: Conversation | undefined, whole: boolean): Event {
  const over = alert.reason === 'resolved' || alert.reason === 'retracted';
  const key = { routing_key: config.routingKey, dedup_key: alert.incidentId.slice(0, maxKey) };
  // A resolve carries no payload; what it says stands in their incident's log through the key alone.
  if (over) return { ...key, event_action: 'resolve' };
  const told = story(alert, conversation);
  const body = message(alert, conversation?.superseded);
  const payload = {
    summary: cut(`${told.headline}. ${told.lines[0] ?? ''}`, maxSummary),
    source: alert.incident.leadChain,
    severity: severities[alert.severity],
    timestamp: body.timestamp,
    component: cut(alert.incident.coins.join(', '), 200),
    group: 'stablecoins',
    class: alert.incident.cascade ? 'cascade' : 'peg',
    ...(whole ? { custom_details: { alert: body.id, news: told.lines, incident: body.incident } } : {}),
  };
  return { ...key, event_action: 'trigger', client: 'pegwatch', ...linksOf(told), payload };
}

function linksOf({ links }: Story): { readonly links?: readonly object[] } {
  return links.length === 0 ? {} : { links: links.map(({ label, url }) => ({ href: url, text: label })) };
}

async function callPagerduty(
  config: Config,
  deps: ChannelDeps,
  payload: Event,
  signal: AbortSignal,
): Promise<SendResult> {
  const body = JSON.stringify(payload);
  const exchanged = await exchange(config, deps, { url: config.apiUrl, body, signal });
  if (exchanged.kind === 'none') return exchanged.result;
  const { reply } = exchanged;
  if (isSuccess(reply)) return { kind: 'delivered' };
  const isOurs = reply.status === 400 || reply.status === 413;
  return isOurs ? { kind: 'refused', problem: problemOf(reply, deps) } : tryAgain(reply, deps);
}
