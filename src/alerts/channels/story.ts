// An alert as a person reads it in a chat: a headline and a few lines of plain text. Each channel escapes and cuts
// it in its own way. Symbols and reasons come from chains and strangers: control and direction characters are out.

import type { Alert } from '../../core/alert.js';
import { digestText } from '../digest-text.js';
import { message } from '../message.js';
import type { Conversation, SendResult } from './channel.js';

export interface Story {
  readonly headline: string;
  /** Most important first. */
  readonly lines: readonly string[];
  readonly footer: string;
  /** Addresses that the operator configured: the only ones that may become links. */
  readonly links: readonly StoryLink[];
}

export interface StoryLink {
  readonly label: string;
  readonly url: string;
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
  if (body.context?.sentence) lines.push(body.context.sentence);
  if (alert.digest !== undefined && tellsNumbers(alert)) lines.push(digestText(alert.digest));
  if (body.incident.worst !== body.severity) lines.push(`At worst it was ${body.incident.worst}.`);
  if (alert.state === 'provisional') lines.push('Provisional: its block is not final yet.');
  const playbooks = body.playbooks.map(({ title, runbook }) => ({ label: `Runbook: ${title}`, runbook }));
  const links: StoryLink[] = [];
  for (const { label, runbook } of playbooks) {
    const url = runbook === null ? null : linkOf(runbook);
    if (url !== null) links.push({ label: plainLine(label), url });
    else if (runbook !== null) lines.push(`${label}: ${runbook}`);
  }
  // One list is followed; the second playbook is a link.
  for (const step of body.playbooks[0]?.checklist ?? []) lines.push(`☐ ${step}`);
  const footer = `pegwatch incident ${alert.incidentId}, message ${alert.sequence}, ${body.timestamp}`;
  return { headline: body.title, lines: lines.map(plainLine), footer: plainLine(footer), links };
}

/** Without the letters that end a link in one of the chats; null for what is a path and no address. */
function linkOf(runbook: string): string | null {
  if (!/^https?:\/\//.test(runbook) || !URL.canParse(runbook)) return null;
  const encoded = (letter: string): string =>
    `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return new URL(runbook).href.replace(/["'()<>|\s]/g, encoded);
}

/** A digest says its numbers at once; its first message says only what it is, unless much came at once. */
function tellsNumbers({ reason, digest }: Alert): boolean {
  return reason !== 'digest' && ((digest?.since ?? null) !== null || (digest?.signals ?? 0) > 1);
}

/** As text without any markup. */
export function plainStory({ headline, lines, footer, links }: Story): string {
  return [headline, ...links.map(({ label, url }) => `${label}: ${url}`), ...lines, footer].join('\n');
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
 * hear (it began, it got worse, it still stands) is posted anew, and the rest changes what is there. What spreads may
 * stand for an older alert that would have rung and did not arrive.
 */
export function rings({ reason }: Alert, conversation?: Conversation): boolean {
  const instead = reason === 'spread' && (conversation?.superseded ?? 0) > 0;
  return reason === 'opened' || reason === 'escalated' || reason === 'repeat' || instead;
}

/** The three letters that mean something in HTML and to Slack. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * Edits the message that is there; posts where there is none, and where it was deleted meanwhile or is too old to be
 * edited: the news still has to be told.
 */
export async function editOrPost<Message>(ways: {
  /** Null: to be posted anew. */
  readonly previous: Message | null;
  readonly edit: (previous: Message) => Promise<SendResult>;
  readonly post: () => Promise<SendResult>;
}): Promise<SendResult> {
  if (ways.previous === null) return ways.post();
  const edited = await ways.edit(ways.previous);
  return edited.kind === 'refused' ? ways.post() : edited;
}
