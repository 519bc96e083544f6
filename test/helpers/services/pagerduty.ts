// PagerDuty's Events API v2 as its documentation words it: 202 with the key, 400 with errors for a bad event; a
// trigger needs summary (1,024), source and one of four severities; a key has at most 255 characters.
import { type Answered, type Asked, type Service, startService } from './service.js';

interface PagerdutyBody {
  readonly routing_key: string;
  readonly dedup_key: unknown;
  readonly event_action: string;
  readonly payload?: {
    readonly summary?: string;
    readonly source?: string;
    readonly severity?: string;
    readonly custom_details?: unknown;
  };
}

export interface Pagerduty extends Service<PagerdutyBody> {
  /** What stands on call, by key. */
  readonly incidents: Map<string, { severity: string; summary: string; updates: number; open: boolean }>;
  refusesDetails: boolean;
}

export const routingKey = 'R0123456789ABCDEFGHIJKLMNOPQRSTU';

export async function startPagerduty(): Promise<Pagerduty> {
  const incidents: Pagerduty['incidents'] = new Map();
  const service: Pagerduty = Object.assign(await startService(answer), { incidents, refusesDetails: false });
  return service;

  function answer({ path, body }: Asked<PagerdutyBody>): Answered {
    if (path !== '/v2/enqueue') return { status: 404, body: '' };
    const { routing_key: key, dedup_key: id, event_action: action, payload } = body;
    if (key !== routingKey) return no("'routing_key' is invalid");
    if (typeof id !== 'string' || id.length === 0 || id.length > 255) return no("'dedup_key' is invalid");
    const old = incidents.get(id);
    if (action === 'resolve') {
      if (old !== undefined) old.open = false;
    } else if (action === 'trigger') {
      const { summary = '', source, severity = '' } = payload ?? {};
      if (summary.length < 1 || summary.length > 1024) return no("'payload.summary' is invalid");
      if (!source) return no("'payload.source' is missing");
      if (!['critical', 'error', 'warning', 'info'].includes(severity))
        return no("'payload.severity' is invalid");
      if (service.refusesDetails && payload?.custom_details !== undefined) return no('too many details');
      incidents.set(id, { severity, summary, updates: (old?.updates ?? 0) + 1, open: true });
    } else return no("'event_action' is invalid");
    return { status: 202, body: { status: 'success', dedup_key: id } };
  }
}

function no(error: string): Answered {
  return {
    status: 400,
    body: { status: 'invalid event', message: 'Event object is invalid', errors: [error] },
  };
}
