// The routes: views that need no port to be tested (`app.request('/status')`), read-only but for silences. Nothing that a caller sent
// ever comes back in an answer, and nothing that goes wrong inside is shown beyond its being wrong.

import { Hono } from 'hono';
import type { Log } from '../core/ports.js';
import type { CoverageDetails } from '../coverage/summary.js';
import { type SilenceDesk, silenceRoutes } from './silences.js';
import { notReady, type StatusReport } from './status-report.js';

export interface HttpViews {
  /** The part of prom-client's registry that is shown. */
  readonly registry: { readonly contentType: string; metrics(): Promise<string> };
  readonly status: () => StatusReport;
  readonly silences: SilenceDesk;
  readonly coverage: () => readonly CoverageDetails[];
  readonly log: Log;
}

export function createHttpApp(views: HttpViews): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  });

  // Alive: the event loop turns. It asks nobody else, so that a full disk or a lost chain never restarts the daemon.
  app.get('/healthz', (c) => c.json({ alive: true }));

  app.get('/readyz', (c) => {
    const reasons = notReady(views.status());
    return c.json({ ready: reasons.length === 0, reasons }, reasons.length === 0 ? 200 : 503);
  });

  app.get('/status', (c) => {
    const report = views.status();
    const reasons = notReady(report);
    return c.json({ ready: reasons.length === 0, reasons, ...report });
  });

  app.get('/coverage', (c) => c.json({ chains: views.coverage() }));

  app.get('/metrics', async (c) => {
    const text = await views.registry.metrics();
    return c.body(text, 200, { 'content-type': views.registry.contentType });
  });

  silenceRoutes(app, views.silences);

  for (const path of ['/healthz', '/readyz', '/status', '/coverage', '/metrics']) {
    app.all(path, (c) => c.json({ error: 'method not allowed' }, 405, { allow: 'GET, HEAD' }));
  }
  app.notFound((c) => c.json({ error: 'not found' }, 404));
  app.onError((err, c) => {
    views.log.error({ err, route: c.req.routePath }, 'an HTTP view failed');
    return c.json({ error: 'internal error' }, 500);
  });
  return app;
}
