// Prometheus Alertmanager, API v2: the incident as an alert that fires until it is told to end, so that it joins the
// operator's own routes, silences and on-call rota. (github.com/prometheus/alertmanager: api/v2/openapi.yaml)
//
// An alert is its labels there. Severity is a label, because people route by it; so when it changes the alert of the
// old labels ends and another begins, in one request. The end ends every severity, in case an answer was lost.

import { someTime } from '../../config/fields.js';
import type { Alert } from '../../core/alert.js';
import { severities } from '../../core/severity.js';
import { secretsOfUrl } from '../../edge/redact.js';
import { message } from '../message.js';
import type { Conversation } from './channel.js';
import { channelKind } from './channel-kind.js';
import { exchange, isSuccess, problemOf, tryAgain } from './exchange.js';
import { allowPrivate, digestMs, file, tenMinutes, url } from './row-fields.js';
import { cut, plainLine, story } from './story.js';

type Labels = Readonly<Record<string, string>>;

const maxLabel = 100;
const maxAnnotation = 4000;

export const alertmanager = channelKind({
  kind: 'alertmanager',
  fields: {
    digestMs: digestMs.default(tenMinutes),
    url: url('The root of an Alertmanager: /api/v2/alerts is added.'),
    url_file: file('URL'),
    holdMs: someTime
      .default(7 * 86_400_000)
      .describe('An alert of which nothing more is heard ends by itself after this time.'),
    allowPrivate,
  },
  address: ['url'],
  settings: ({ url, holdMs, allowPrivate }) => ({ url: url ?? '', holdMs, allowPrivate }),
  secrets: ({ name, url }) => secretsOfUrl(name, url),

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const labels = labelsOf(alert);
    const body = JSON.stringify(alertsOf(alert, labels, conversation, deps.clock.now(), config.holdMs));
    const url = new URL(config.url);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v2/alerts`;
    const exchanged = await exchange(config, deps, { url: url.href, body, signal });
    if (exchanged.kind === 'none') return exchanged.result;
    const { reply } = exchanged;
    if (isSuccess(reply)) return { kind: 'delivered', remember: JSON.stringify(labels) };
    if (reply.status === 400) return { kind: 'refused', problem: problemOf(reply, deps) };
    return tryAgain(reply, deps);
  },
});

/** Bounded by the configuration but for the incident's id, which is what makes it one. */
function labelsOf({ incident, severity }: Alert): Labels {
  const labels = {
    alertname: 'PegwatchIncident',
    chain: incident.leadChain,
    coin: incident.coins.join('+'),
    incident: incident.id,
    severity,
  };
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, cut(plainLine(value), maxLabel) || 'unknown']),
  );
}

function alertsOf(
  alert: Alert,
  labels: Labels,
  conversation: Conversation | undefined,
  nowMs: number,
  holdMs: number,
): readonly object[] {
  const told = story(alert, conversation);
  const runbook = told.links[0]?.url;
  const startsAt = iso(Math.min(alert.incident.openedAtMs, nowMs));
  const annotations = {
    summary: cut(told.headline, maxAnnotation),
    description: cut(told.lines.join('\n'), maxAnnotation),
    alert: message(alert).id,
    ...(runbook === undefined ? {} : { runbook_url: cut(runbook, maxAnnotation) }),
  };
  const ended = (each: Labels) => ({ labels: each, annotations, startsAt, endsAt: iso(nowMs) });
  const before = readLabels(conversation?.previous ?? null);
  if (alert.reason === 'resolved' || alert.reason === 'retracted') {
    const forms = before === null ? [labels] : [labels, before];
    const all = forms.flatMap((form) => severities.map((severity) => ({ ...form, severity })));
    return [...new Map(all.map((each) => [keyOf(each), each])).values()].map(ended);
  }
  const firing = { labels, annotations, startsAt, endsAt: iso(nowMs + holdMs) };
  return before === null || keyOf(before) === keyOf(labels) ? [firing] : [ended(before), firing];
}

function readLabels(previous: string | null): Labels | null {
  try {
    return previous === null ? null : (JSON.parse(previous) as Labels);
  } catch {
    return null;
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
