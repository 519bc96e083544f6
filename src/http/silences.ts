// Silences over HTTP. Anybody who may read the views sees them; who makes or ends one shows the configured token. What
// is asked for goes the way of the command line: a request that the daemon takes up as an input.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PegwatchError } from '../core/errors.js';
import type { Silence } from '../core/routing.js';

export interface SilenceDesk {
  /** Null: nobody may write. */
  readonly token: string | null;
  /** Those that stand. */
  list(): readonly Silence[];
  /** Gives the id; throws `PegwatchError` `bad-silence` with one sentence. */
  add(given: unknown): string;
  /** The same; false where no such silence stands. */
  end(id: string, given: unknown): boolean;
}

const mostBytes = 16_384;

export function silenceRoutes(app: Hono, desk: SilenceDesk): void {
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (c) => c.json({ error: `a body has at most ${mostBytes} bytes` }, 413),
  });

  app.get('/silences', (c) => c.json({ silences: desk.list() }));

  app.post('/silences', limit, async (c) => {
    const refused = refuse(c, desk.token);
    if (refused !== null) return refused;
    return answer(c, async () => c.json({ id: desk.add(await bodyOf(c)) }, 202));
  });

  app.delete('/silences/:id', limit, async (c) => {
    const refused = refuse(c, desk.token);
    if (refused !== null) return refused;
    return answer(c, async () => {
      const { id } = c.req.param();
      const ends = desk.end(id, await bodyOf(c));
      return ends ? c.json({ id }, 202) : c.json({ error: 'no such silence stands' }, 404);
    });
  });

  app.all('/silences', (c) => c.json({ error: 'method not allowed' }, 405, { allow: 'GET, HEAD, POST' }));
  app.all('/silences/:id', (c) => c.json({ error: 'method not allowed' }, 405, { allow: 'DELETE' }));
}

function refuse(c: Context, token: string | null): Response | null {
  if (token === null) return c.json({ error: 'writing is off: http.write.token is not configured' }, 403);
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (isSame(given, token)) return null;
  return c.json({ error: 'the token is missing or wrong' }, 401, { 'www-authenticate': 'Bearer' });
}

/** Takes as long for a wrong token as for a nearly right one; digests have one length. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

async function bodyOf(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new PegwatchError('bad-silence', 'The body is no JSON');
  }
}

/** What was wrong, in one line. */
async function answer(c: Context, act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (thrown) {
    if (!(thrown instanceof PegwatchError) || thrown.code !== 'bad-silence') throw thrown;
    const { message, options } = thrown;
    return c.json({ error: options.hint === undefined ? message : `${message}. ${options.hint}` }, 400);
  }
}
