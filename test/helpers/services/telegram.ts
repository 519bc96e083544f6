// The Telegram Bot API as its documentation words it: 1 to 4,096 characters after the entities are parsed; 400 with a
// description for what it does not take; 429 with `parameters.retry_after`; an edit that changes nothing is an error.
import { type Answered, type Asked, type Service, startService } from './service.js';

interface TelegramBody {
  readonly chat_id: string;
  readonly text: string;
  readonly parse_mode?: string;
  readonly message_id?: number;
}

export interface Telegram extends Service<TelegramBody> {
  /** The text as a person sees it, by message id. */
  readonly messages: Map<number, string>;
  refusesHtml: boolean;
}

export const telegramToken = '123456789:AAabcdefghijklmnopqrstuvwxyz0123456';
export const telegramChat = '-1001234567890';

export async function startTelegram(): Promise<Telegram> {
  const messages = new Map<number, string>();
  const service: Telegram = Object.assign(await startService(answer), { messages, refusesHtml: false });
  return service;

  function answer({ path, body }: Asked<TelegramBody>): Answered {
    const method = path.replace(`/bot${telegramToken}/`, '');
    if (method === path) return no(401, 'Unauthorized');
    if (body.chat_id !== telegramChat) return no(400, 'Bad Request: chat not found');
    const shown = body.parse_mode === 'HTML' ? parseHtml(body.text) : body.text;
    if (shown === null || (body.parse_mode === 'HTML' && service.refusesHtml)) {
      return no(400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 3");
    }
    if (shown.length > 4096) return no(400, 'Bad Request: message is too long');
    if (shown.trim() === '') return no(400, 'Bad Request: message text is empty');
    let id = messages.size + 1;
    if (method === 'editMessageText') {
      id = body.message_id ?? 0;
      const old = messages.get(id);
      if (old === undefined) return no(400, 'Bad Request: message to edit not found');
      if (old === shown) return no(400, 'Bad Request: message is not modified: it is the same as before');
    } else if (method !== 'sendMessage') return no(404, 'Not Found');
    messages.set(id, shown);
    return { status: 200, body: { ok: true, result: { message_id: id } } };
  }
}

function no(status: number, description: string): Answered {
  return { status, body: { ok: false, error_code: status, description } };
}

/** Null for HTML that the API refuses: an unknown tag, one that stays open, a bare `<` or `&`. */
function parseHtml(text: string): string | null {
  const open: string[] = [];
  let sound = true;
  const shown = text.replace(
    /<(\/?)([a-z]*)(?: href="[^"<>]*")?>|<|&(lt|gt|amp|quot);|&/g,
    (whole, close, tag, entity) => {
      if (entity !== undefined) return { lt: '<', gt: '>', amp: '&', quot: '"' }[entity as 'lt'];
      if (tag === undefined || !['a', 'b', 'i', 'u', 's', 'code', 'pre'].includes(tag))
        sound = whole === '&' && false;
      else if (close === '') open.push(tag);
      else if (open.pop() !== tag) sound = false;
      return '';
    },
  );
  return sound && open.length === 0 ? shown : null;
}
