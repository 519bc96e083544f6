// Mail by SMTP. A mail cannot be edited, so one incident is one thread: every mail has a Message-ID made of the
// alert's id, the same over all attempts, and refers to the first mail of its incident and to the one before.
// Plain text only: it is read everywhere, and nothing in it can be markup.
//
// An answer of 5xx to the envelope or the content is final (RFC 5321, 4.2.1). One to the login is not: passwords are
// mended. Everything else is tried again.

import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { flag, optionalUrl } from '../../config/fields.js';
import type { Alert } from '../../core/alert.js';
import { secretsOfUrl } from '../../edge/redact.js';
import type { ChannelDeps, Conversation, SendResult } from './channel.js';
import { type ChannelBase, channelKind } from './channel-kind.js';
import { excerptOf } from './exchange.js';
import { file, text } from './row-fields.js';
import { cut, plainLine, plainStory, story } from './story.js';
import { timeLimit } from './time-limit.js';

interface Settings {
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly requireTls: boolean;
}

type Config = ChannelBase<'email'> & Settings;

const maxSubject = 200;

export const email = channelKind({
  kind: 'email',
  fields: {
    url: optionalUrl('smtp', 'smtps')
      .optional()
      .describe('smtp://user:password@host:587 (STARTTLS where offered) or smtps://… Empty: left out.'),
    url_file: file('URL'),
    from: text('must be an address').describe('Who sends: "pegwatch <pegwatch@example.org>".'),
    to: z.array(z.string()).min(1, { error: 'must name somebody' }).describe('Who receives.'),
    requireTls: flag.default(false).describe('Whether a server without STARTTLS is refused.'),
  },
  address: ['url'],
  urlIsSecret: (url) => typeof url === 'string' && /:\/\/[^/]*:[^/]*@/.test(url),
  settings: ({ url, from, to, requireTls }): Settings => ({ url: url ?? '', from, to, requireTls }),
  secrets: ({ name, url }) => secretsOfUrl(name, url),

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const thread = readThread(conversation?.previous ?? null);
    const mail = mailOf(config, alert, conversation);
    const { messageId } = mail;
    const limit = timeLimit(config.timeoutMs, deps.clock, signal);
    // One connection for each mail: alerts are rare, and a kept one is the one that has died when it counts.
    const transport = createTransport(transportOf(config));
    const cutOff = new Promise<never>((_, reject) => {
      const stop = (): void => {
        transport.close();
        reject(new Error('cut off'));
      };
      if (limit.signal.aborted) stop();
      else limit.signal.addEventListener('abort', stop, { once: true });
    });
    try {
      const sent = transport.sendMail({
        ...mail,
        ...(thread.length === 0 ? {} : { inReplyTo: thread.at(-1) ?? '', references: [...thread] }),
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: limit.signal,
      });
      sent.catch(() => {});
      await Promise.race([sent, cutOff]);
      const first = thread[0] ?? messageId;
      return { kind: 'delivered', remember: JSON.stringify([...new Set([first, messageId])]) };
    } catch (thrown) {
      if (!limit.expired()) return judge(thrown, deps);
      return { kind: 'retry', problem: `no answer within ${config.timeoutMs / 1000} s` };
    } finally {
      cutOff.catch(() => {});
      limit.end();
      transport.close();
    }
  },

  shown(config, alert) {
    const { from, to, subject, text, messageId, headers, priority } = mailOf(config, alert);
    const head = { from, to: to.join(', '), subject, 'message-id': messageId, priority, ...headers };
    return [...Object.entries(head).map(([name, value]) => `${name}: ${value}`), '', text].join('\n');
  },
});

function mailOf({ from, to }: Config, alert: Alert, conversation?: Conversation) {
  const told = story(alert, conversation);
  const urgent = alert.severity === 'critical' && alert.reason !== 'resolved';
  return {
    from,
    to: [...to],
    subject: cut(plainLine(told.headline), maxSubject),
    text: plainStory(told),
    messageId: `<${token(alert.id)}@${domainOf(from)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Pegwatch-Alert': token(alert.id) },
    priority: urgent ? ('high' as const) : ('normal' as const),
  };
}

function transportOf({ url, timeoutMs, requireTls }: Config) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: requireTls,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Cut, not asked to end: a server that trickles would keep the connection for as long as it likes.
    socketCloseTimeout: 0,
  };
}

function judge(thrown: unknown, deps: ChannelDeps): SendResult {
  const about = (thrown instanceof Error ? thrown : {}) as {
    code?: unknown;
    responseCode?: unknown;
    response?: unknown;
  };
  const code = typeof about.code === 'string' && /^[A-Z_]{1,20}$/.test(about.code) ? about.code : 'unknown';
  const status = typeof about.responseCode === 'number' ? about.responseCode : null;
  // The library's own messages hold host names and addresses; only what the server said is kept.
  const said = typeof about.response === 'string' ? `: ${excerptOf(about.response, deps)}` : '';
  const problem = status === null ? `mail failed (${code})` : `the mail server answered ${status}${said}`;
  const isFinal = status !== null && status >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return isFinal ? { kind: 'refused', problem } : { kind: 'retry', problem };
}

/** The first mail of the thread and the last. */
function readThread(previous: string | null): readonly string[] {
  try {
    const ids: unknown = previous === null ? [] : JSON.parse(previous);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'pegwatch.invalid';
}

/** An id in the letters that a Message-ID may have. */
function token(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/g, '_').slice(0, 200);
}
