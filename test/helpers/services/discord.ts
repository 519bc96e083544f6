// A Discord webhook as its documentation words it: content at most 2,000 characters; embed title 256, description
// 4,096, footer 2,048, 6,000 in all; 400 with code 50035 for a bad form, 404 with 10008 for an unknown message; the
// message comes back with `?wait=true` only.
import { type Answered, type Asked, type Service, startService } from './service.js';

interface DiscordBody extends Partial<DiscordMessage> {
  readonly allowed_mentions?: { readonly parse: readonly string[] };
}

export interface DiscordMessage {
  content: string;
  embeds: readonly { title?: string; description?: string; footer?: { text: string } }[];
}

export interface Discord extends Service<DiscordBody> {
  readonly messages: Map<string, DiscordMessage>;
  /** Everybody whom a message would have rung. */
  readonly mentioned: string[];
  refusesEmbeds: boolean;
}

export const discordPath = '/api/webhooks/112233445566778899/wEbHoOkToKeN-abcdefghijklmnop';

export async function startDiscord(): Promise<Discord> {
  const messages = new Map<string, DiscordMessage>();
  const mentioned: string[] = [];
  let count = 0;
  const service: Discord = Object.assign(await startService(answer), {
    messages,
    mentioned,
    refusesEmbeds: false,
  });
  return service;

  function answer({ method, path, query, body }: Asked<DiscordBody>): Answered {
    if (!path.startsWith(discordPath))
      return { status: 404, body: { code: 10015, message: 'Unknown Webhook' } };
    if (!isSound(body)) return { status: 400, body: { code: 50035, message: 'Invalid Form Body' } };
    const { content = '', embeds = [], allowed_mentions: allowed } = body;
    if (allowed === undefined || allowed.parse.length > 0) {
      mentioned.push(...(content.match(/@everyone|@here|<@\d+>/g) ?? []));
    }
    const id = path.slice(discordPath.length).replace('/messages/', '');
    if (method === 'PATCH') {
      if (!messages.has(id)) return { status: 404, body: { code: 10008, message: 'Unknown Message' } };
      messages.set(id, { content, embeds });
      return { status: 200, body: { id } };
    }
    const posted = String(9_000_000_000_000_000 + ++count);
    messages.set(posted, { content, embeds });
    return query.get('wait') === 'true' ? { status: 200, body: { id: posted } } : { status: 204, body: '' };
  }

  function isSound({ content = '', embeds = [] }: DiscordBody): boolean {
    if (content === '' && embeds.length === 0) return false;
    if (embeds.length > 0 && service.refusesEmbeds) return false;
    const sizes = embeds.map(({ title = '', description = '', footer }) => {
      const fits = title.length <= 256 && description.length <= 4096 && (footer?.text.length ?? 0) <= 2048;
      return fits ? title.length + description.length + (footer?.text.length ?? 0) : Number.POSITIVE_INFINITY;
    });
    return content.length <= 2000 && embeds.length <= 10 && sizes.reduce((a, b) => a + b, 0) <= 6000;
  }
}
