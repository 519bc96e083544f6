// What a reorg owes to those who were told: no alert whose cause died is left open, and who was told more than stands
// hears so within two blocks of its chain. Judged from what went in and came out, not from the engine's own state.

import type { Alert } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { Effect, Input } from '../../src/core/io.js';
import { severityRank } from '../../src/core/severity.js';

export interface Played {
  readonly input: Input;
  readonly effects: readonly Effect[];
}

export interface FollowUps {
  readonly problems: readonly string[];
  /** How much there was to judge. */
  readonly retracted: number;
  readonly revised: number;
  readonly deepest: number;
}

interface Debt {
  readonly chain: string;
  readonly conversation: string;
  readonly since: number;
  blocks: number;
}

const patienceBlocks = 2;

export function checkFollowUps(steps: readonly Played[]): FollowUps {
  const problems: string[] = [];
  const alive = new Set<string>();
  const incidents = new Map<string, Incident>();
  const told = new Map<string, { alert: Alert; at: number }>();
  /** Conversations in which something keeps news back: whether it may is for `check-ways.ts` to say. */
  const held = new Set<string>();
  let debts: Debt[] = [];
  let retracted = 0;
  let revised = 0;
  let deepest = 0;

  steps.forEach(({ input, effects }, at) => {
    const lessened = new Set<string>();
    for (const effect of effects) {
      if (effect.kind === 'signal') alive.add(effect.signal.id);
      else if (effect.kind === 'signal-retracted') alive.delete(effect.signalId);
      else if (effect.kind === 'incident') {
        incidents.set(effect.incident.id, effect.incident);
        if (effect.change === 'revised' || effect.change === 'retracted') lessened.add(effect.incident.id);
      } else if (effect.kind === 'alert') {
        held.delete(`${effect.alert.incidentId} on ${effect.alert.channel}`);
        hear(effect.alert, at);
      } else if (effect.kind === 'suppressed') {
        held.add(`${effect.suppressed.incidentId} on ${effect.suppressed.channel}`);
      }
    }
    if (input.kind === 'reorg') deepest = Math.max(deepest, input.dead.length);
    for (const incident of incidents.values()) checkStanding(incident);
    if (input.kind === 'reorg') {
      for (const [conversation, { alert, at: heardAt }] of told) {
        if (heardAt === at) continue;
        const incident = incidents.get(alert.incidentId);
        if (incident === undefined || !lessened.has(incident.id) || !isOpen(alert)) continue;
        const less = severityRank(incident.severity) < severityRank(alert.severity);
        if (incident.life === 'retracted' || (less && !held.has(conversation)))
          debts.push({ chain: input.chain, conversation, since: at, blocks: 0 });
      }
    }
    if (input.kind === 'block') settleDebts(input.chain);
  });
  for (const [conversation, { alert }] of told) {
    if (isOpen(alert) && incidents.get(alert.incidentId)?.life === 'retracted')
      problems.push(`${conversation} is left open with ${alert.reason}, and its incident never was`);
  }
  return { problems: [...new Set(problems)], retracted, revised, deepest };

  function hear(alert: Alert, at: number): void {
    const conversation = `${alert.incidentId} on ${alert.channel}`;
    const before = told.get(conversation)?.alert;
    if (alert.sequence !== (before?.sequence ?? 0) + 1)
      problems.push(`${conversation}: ${alert.sequence} after ${before?.sequence ?? 'nothing'}`);
    const isFollowUp =
      alert.reason === 'retracted' || alert.reason === 'revised' || alert.reason === 'resolved';
    if (isFollowUp && (before === undefined || !isOpen(before)))
      problems.push(`${conversation}: ${alert.reason} where nothing was open`);
    if (alert.reason === 'retracted') retracted++;
    if (alert.reason === 'revised') revised++;
    told.set(conversation, { alert, at });
  }

  function checkStanding({ id, life, signals }: Incident): void {
    if (life === 'closed' || life === 'retracted') return;
    for (const signal of signals) {
      if (signal.severity !== null && !alive.has(signal.id))
        problems.push(`${id} stands on ${signal.id}, whose block died`);
    }
  }

  function settleDebts(chain: string): void {
    for (const debt of debts) if (debt.chain === chain) debt.blocks++;
    debts = debts.filter((debt) => {
      if ((told.get(debt.conversation)?.at ?? -1) > debt.since) return false;
      if (debt.blocks < patienceBlocks) return true;
      problems.push(`${debt.conversation} was not told within ${patienceBlocks} blocks of the reorg`);
      return false;
    });
  }
}

function isOpen({ reason }: Alert): boolean {
  return reason !== 'retracted' && reason !== 'resolved';
}
