// Slack as its documentation words it: the Web API says 200 and `ok`, incoming webhooks say `ok` or 400 with a code;
// a section's text is 1 to 3,000 characters, a message's text is cut off beyond 40,000, 50 blocks at most.
import { type Answered, type Asked, type Service, startService } from './service.js';

export interface SlackBody {
  readonly text?: string;
  readonly blocks?: readonly { readonly type: string; readonly text: { readonly text: string } }[];
  readonly channel?: string;
  readonly ts?: string;
}

export interface SlackMessage {
  text: string;
  blocks: readonly unknown[];
}

export interface Slack extends Service<SlackBody> {
  /** By timestamp; incoming webhooks post here too. */
  readonly messages: Map<string, SlackMessage>;
  /** Whether blocks are refused, as they are for what the service cannot render. */
  refusesBlocks: boolean;
}

export const slackToken = 'xoxb-1234567890-abcdefghij';
export const slackChannel = 'C0123456789';

export async function startSlack(): Promise<Slack> {
  const messages = new Map<string, SlackMessage>();
  let count = 0;
  const service: Slack = Object.assign(await startService(answer), { messages, refusesBlocks: false });
  return service;

  function answer(asked: Asked<SlackBody>): Answered {
    const fault = faultOf(asked.body);
    if (asked.path.startsWith('/services/')) {
      if (fault !== null) return { status: 400, body: fault };
      post(asked);
      return { status: 200, body: 'ok' };
    }
    if (asked.headers.authorization !== `Bearer ${slackToken}`) return no('invalid_auth');
    const { channel, ts } = asked.body;
    if (channel !== slackChannel) return no('channel_not_found');
    if (fault !== null) return no(fault);
    if (asked.path === '/api/chat.postMessage')
      return { status: 200, body: { ok: true, channel, ts: post(asked) } };
    if (asked.path !== '/api/chat.update') return no('unknown_method');
    const old = messages.get(ts ?? '');
    if (old === undefined) return no('message_not_found');
    Object.assign(old, { text: asked.body.text, blocks: asked.body.blocks ?? [] });
    return { status: 200, body: { ok: true, channel, ts } };
  }

  function post({ body }: Asked<SlackBody>): string {
    const ts = `1700000000.${String(++count).padStart(6, '0')}`;
    messages.set(ts, { text: body.text ?? '', blocks: body.blocks ?? [] });
    return ts;
  }

  function faultOf({ text, blocks }: SlackBody): string | null {
    if (typeof text !== 'string' || text === '') return 'no_text';
    if (text.length > 40_000) return 'msg_too_long';
    if (blocks === undefined) return null;
    const sound =
      Array.isArray(blocks) &&
      blocks.length <= 50 &&
      blocks.every(
        ({ type, text }) => type === 'section' && text.text.length >= 1 && text.text.length <= 3000,
      );
    return sound && !service.refusesBlocks ? null : 'invalid_blocks';
  }
}

function no(error: string): Answered {
  return { status: 200, body: { ok: false, error } };
}
