// An alert as a person reads it in a chat: a headline and a few lines of plain text. Each channel escapes and cuts
// it in its own way. Symbols and reasons come from chains and strangers: control and direction characters are out.

import type { Alert, Reason } from '../../core/types.js';
import { message } from '../message.js';
import type { Conversation } from './channel.js';

export interface Story {
  readonly headline: string;
  /** Most important first. */
  readonly lines: readonly string[];
  readonly footer: string;
}

/** More would hide the first ones; the webhook and `pegwatch incidents show` have all of it. */
const mostEvidence = 5;

export function story(alert: Alert, conversation?: Conversation): Story {
  const body = message(alert, conversation?.superseded);
  const over = alert.reason === 'resolved' || alert.reason === 'retracted';
  const shown = over ? [] : body.evidence.filter(({ severity }) => severity !== null).slice(0, mostEvidence);
  const standing = alert.incident.signals.filter(({ severity }) => severity !== null).length;
  const lines = [body.why];
  for (const { sentence, chain, block } of shown)
    lines.push(`• ${sentence} (${chain}, block ${block.number})`);
  if (standing > shown.length && !over) lines.push(`• and ${standing - shown.length} more`);
  if (body.incident.worst !== body.severity) lines.push(`At worst it was ${body.incident.worst}.`);
  if (alert.state === 'provisional') lines.push('Provisional: its block is not final yet.');
  const footer = `pegwatch incident ${alert.incidentId}, message ${alert.sequence}, ${body.timestamp}`;
  return { headline: body.title, lines: lines.map(plainLine), footer: plainLine(footer) };
}

/** As text without any markup. */
export function plainStory({ headline, lines, footer }: Story): string {
  return [headline, ...lines, footer].join('\n');
}

/** One line without control and direction characters. */
export function plainLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** At most `max` UTF-16 units, never half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}

/**
 * Whether this alert is a new message where an older one could be edited: an edit rings nobody, so what people must
 * hear (it began, it got worse, it still stands) is posted anew, and the rest changes what is there.
 */
export function rings(reason: Reason): boolean {
  return reason === 'opened' || reason === 'escalated' || reason === 'repeat';
}
