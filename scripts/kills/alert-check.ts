// What the receiver got, compared with what was decided: every alert that was decided is told, under its one id, in
// sequence, and again only where nobody can have known that it had arrived.

import type { Alert } from '../../src/core/alert.js';
import type { Step } from '../../src/core/io.js';
import type { StoreReader } from '../../src/store/store.js';
import type { Arrival, HostileReceiver, Message } from './hostile-receiver.js';

/** The sentence that says the same as `superseded`. */
const replacing = / It replaces \d+ earlier messages? that did not arrive\./g;

export interface AlertCheck {
  readonly counts: {
    readonly decided: number;
    readonly conversations: number;
    /** Told again because the first time nobody said yes. */
    readonly toldAgain: number;
    /** Told again because we died between the receiver's yes and our commit. */
    readonly doubled: number;
    /** Of those that were told again: with another count of what they replace. */
    readonly recounted: number;
  };
  take(step: Step, life: number): void;
  /** Looks at what arrived in this life, when all steps that it stored were taken. */
  afterLife(life: number): void;
  atEnd(reader: Pick<StoreReader, 'alertsOf' | 'pendingDeliveries'>): void;
}

export function createAlertCheck(receiver: HostileReceiver, problem: (sentence: string) => void): AlertCheck {
  const decided = new Map<string, Alert>();
  const lastSequence = new Map<string, number>();
  /** The life in which its receipt became durable. */
  const settled = new Map<string, number>();
  const earlier = new Map<string, Arrival[]>();
  let looked = 0;
  let toldAgain = 0;
  let doubled = 0;
  let recounted = 0;

  function take({ input, effects }: Step, life: number): void {
    for (const effect of effects) if (effect.kind === 'alert') decide(effect.alert);
    if (input.kind !== 'receipt') return;
    const { alertId, outcome } = input;
    if (!decided.has(alertId)) problem(`a receipt for ${alertId}, which nobody decided`);
    if (outcome === 'refused') problem(`${alertId} was given up`);
    const heard = receiver.arrivals.some(({ message, says }) => message.id === alertId && says);
    if (outcome === 'delivered' && !heard) problem(`${alertId} counts as delivered and nobody said yes`);
    if (!settled.has(alertId)) settled.set(alertId, life);
  }

  function decide(alert: Alert): void {
    if (decided.has(alert.id)) problem(`${alert.id} was decided twice`);
    decided.set(alert.id, alert);
    const before = lastSequence.get(alert.incidentId) ?? 0;
    if (alert.sequence !== before + 1) problem(`${alert.id} follows sequence ${before}`);
    lastSequence.set(alert.incidentId, alert.sequence);
  }

  function afterLife(life: number): void {
    for (; looked < receiver.arrivals.length; looked++) {
      const arrival = receiver.arrivals[looked];
      if (arrival !== undefined) look(arrival, life);
    }
  }

  function look(arrival: Arrival, life: number): void {
    const { id } = arrival.message;
    const before = earlier.get(id) ?? [];
    earlier.set(id, [...before, arrival]);
    if (!decided.has(id)) problem(`${id} was told and is not in the store`);
    if ((settled.get(id) ?? life) < life) problem(`${id} was told again although its receipt was stored`);
    const first = before[0];
    const last = before.at(-1);
    if (first === undefined || last === undefined) return;
    compareContents(first.message, arrival.message);
    if (!last.says) toldAgain++;
    else if (last.life !== arrival.life) doubled++;
    else if (last.late) toldAgain++;
    else problem(`${id} was told again in one life although the receiver had said yes`);
  }

  /** How much it replaces may be told anew: a predecessor's yes may have died with us. All else stays as it was. */
  function compareContents(first: Message, again: Message): void {
    const plain = (message: Message): string =>
      JSON.stringify({ ...message, superseded: 0 }).replaceAll(replacing, '');
    if (plain(first) !== plain(again)) problem(`${again.id} was told with two contents`);
    else if (first.superseded !== again.superseded) recounted++;
  }

  function atEnd(reader: Pick<StoreReader, 'alertsOf' | 'pendingDeliveries'>): void {
    if (reader.pendingDeliveries().length > 0) problem('alerts are still waiting');
    const arrived = receiver.arrivals.filter(({ takes, says }) => takes || says);
    const ids = new Set(arrived.map(({ message }) => message.id));
    for (const incidentId of new Set([...decided.values()].map((alert) => alert.incidentId))) {
      for (const { id, delivery } of reader.alertsOf(incidentId)) {
        if (delivery !== 'delivered' && delivery !== 'superseded') problem(`${id} is ${delivery} at the end`);
        if (delivery === 'delivered' && !ids.has(id)) problem(`${id} was lost`);
      }
    }
    for (const told of conversations(arrived).values()) checkConversation(told, problem);
  }

  return {
    get counts() {
      return { decided: decided.size, conversations: lastSequence.size, toldAgain, doubled, recounted };
    },
    take,
    afterLife,
    atEnd,
  };
}

/** First arrivals by incident, in the order in which they came. */
function conversations(arrived: readonly Arrival[]): ReadonlyMap<string, readonly Message[]> {
  const first = new Map<string, Message>();
  for (const { message } of arrived) if (!first.has(message.id)) first.set(message.id, message);
  const told = new Map<string, Message[]>();
  for (const message of first.values()) {
    const { id } = message.incident;
    told.set(id, [...(told.get(id) ?? []), message]);
  }
  return told;
}

/** The sequence rises, each hole in it is accounted for by the message after it, and it ends with the end. */
function checkConversation(told: readonly Message[], problem: (sentence: string) => void): void {
  let before = 0;
  for (const { id, sequence, superseded } of told) {
    if (sequence <= before) problem(`${id} came after sequence ${before}`);
    if (superseded < sequence - before - 1) problem(`${id} leaves a hole after sequence ${before}`);
    before = sequence;
  }
  const last = told.at(-1);
  if (last?.reason !== 'resolved' && last?.reason !== 'retracted') {
    problem(`the last word of ${last?.incident.id} is "${last?.reason}"`);
  }
}
