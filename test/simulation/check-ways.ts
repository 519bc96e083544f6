// What is kept back, and what is not: from the stored timeline alone. Every suppression has a reason that was true at
// that moment; nothing is told through a silence or in quiet hours; a critical waits for nobody but a silence that says
// so; what still stands when nothing keeps it back is told in time, and so is the end of whatever was told.

import type { Alert } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { Effect } from '../../src/core/io.js';
import type { Silence, Suppressed } from '../../src/core/routing.js';
import type { Severity } from '../../src/core/severity.js';
import type { ChannelSpec, Spec } from '../../src/core/spec.js';
import type { Played } from './check-follow-ups.js';
import { longestWaitMs } from './draw-ways.js';
import { explains, hears, isMeant, isOver, isQuiet, isStanding, rank } from './naive-ways.js';

/** Each is a sentence about something that does not hold. */
export function checkWays(
  steps: readonly Played[],
  count: (what: string, by?: number) => void,
): readonly string[] {
  const problems: string[] = [];
  const silences = new Map<string, Silence>();
  /** As they are now, and as they were at some moment of this step. */
  const now = new Map<string, Incident>();
  let moments = new Map<string, Incident[]>();
  const told = new Map<string, Alert>();
  /** Since when something could be told and was not. */
  const free = new Map<string, number>();
  let spec: Spec | null = null;

  for (const { input, effects } of steps) {
    const { atMs } = input;
    if (input.kind === 'start') spec = input.spec;
    if (spec === null) continue;
    if (input.kind === 'silence')
      silences.set(input.silenceId, { ...input, id: input.silenceId, fromMs: atMs });
    if (input.kind === 'unsilence') silences.delete(input.silenceId);
    moments = new Map();
    for (const { incident } of effects.filter(isIncident))
      moments.set(incident.id, [...(moments.get(incident.id) ?? before(incident.id)), incident]);
    for (const effect of effects) {
      if (effect.kind === 'incident') now.set(effect.incident.id, effect.incident);
      else if (effect.kind === 'suppressed') judgeSuppressed(effect.suppressed, spec, atMs);
      else if (effect.kind === 'alert' && effect.alert.hook === undefined)
        judgeTold(effect.alert, spec, atMs);
    }
    for (const channel of spec.channels)
      for (const incident of now.values()) judgeUntold(channel, incident, spec, atMs);
  }
  return [...new Set(problems)];

  function before(id: string): Incident[] {
    const known = now.get(id);
    return known === undefined ? [] : [known];
  }

  function shapes(id: string): readonly Incident[] {
    return moments.get(id) ?? before(id);
  }

  function judgeSuppressed(
    { channel: name, incidentId, why, detail }: Suppressed,
    world: Spec,
    atMs: number,
  ): void {
    count(`kept back: ${why}`);
    const channel = channelOf(world, name);
    const some = shapes(incidentId);
    const isTrue = {
      silenced: () => {
        const silence = silences.get(/\(([^()]+)\)$/.exec(detail)?.[1] ?? '');
        return some.some((one) => silence !== undefined && covers(silence, name, one, one.severity, atMs));
      },
      inhibited: () => {
        const [, ruleName, other] = /^(.+): explained by (.+)$/.exec(detail) ?? [];
        const rule = world.inhibit?.find((one) => one.name === ruleName);
        return some.some((one) =>
          shapes(other ?? '').some((cause) => rule !== undefined && explains(rule, cause, one)),
        );
      },
      quiet: () => some.some((one) => isQuiet(world, channel, one, one.severity, atMs)),
      unrouted: () => some.some((one) => !hears(world, channel, one)),
    }[why]();
    const said = `${incidentId} on ${name} was kept back (${why}, ${detail})`;
    if (!isTrue) problems.push(`${said}, which was not so`);
    const isCritical = some.length > 0 && some.every(({ severity }) => severity === 'critical');
    if (isCritical && (why === 'inhibited' || why === 'quiet')) problems.push(`${said}, and it was critical`);
  }

  function judgeTold(alert: Alert, world: Spec, atMs: number): void {
    const { channel, incident, reason, incidentId } = alert;
    const key = `${channel}|${incidentId}`;
    const last = told.get(key);
    const severity = reason === 'revised' ? worse(incident.severity, last?.severity) : incident.severity;
    if (reason !== 'retracted' && reason !== 'easing' && reason !== 'resolved') {
      const row = channelOf(world, channel);
      for (const silence of silences.values())
        if (covers(silence, channel, incident, severity, atMs))
          problems.push(`${alert.id} was told through silence ${silence.id}`);
      if (isQuiet(world, row, incident, severity, atMs)) problems.push(`${alert.id} was told in quiet hours`);
    }
    if (alert.after !== undefined) count('told after all');
    // An edit rings nobody and stands for no news.
    if (reason !== 'digest' && reason !== 'confirmed') told.set(key, alert);
  }

  /** What there is to say, and nothing keeps back, is said within the longest wait; a critical at once. */
  function judgeUntold(channel: ChannelSpec, incident: Incident, world: Spec, atMs: number): void {
    const key = `${channel.name}|${incident.id}`;
    const owed = owes(told.get(key), incident, channel, world);
    if (owed === null || isKeptBack(owed, channel, incident, world, atMs)) return void free.delete(key);
    const since = free.get(key) ?? atMs;
    free.set(key, since);
    const bound = owed === 'retracted' || owed === 'critical' ? 0 : longestWaitMs;
    if (atMs - since >= bound)
      problems.push(
        `${incident.id} on ${channel.name}: ${owed} was not told ${atMs - since} ms after it could be`,
      );
  }

  function isKeptBack(
    owed: Owed,
    channel: ChannelSpec,
    incident: Incident,
    world: Spec,
    atMs: number,
  ): boolean {
    const { severity } = incident;
    if (owed === 'retracted') return false;
    const last = told.get(`${channel.name}|${incident.id}`)?.severity;
    if (owed === 'easing' || owed === 'resolved')
      return isQuiet(world, channel, incident, worse(incident.worst, last), atMs);
    const silenced = [...silences.values()].some((one) =>
      covers(one, channel.name, incident, severity, atMs),
    );
    if (silenced || owed === 'critical') return silenced;
    const inhibited = (world.inhibit ?? []).some((rule) =>
      [...now.values()].some((other) => explains(rule, other, incident)),
    );
    return inhibited || isQuiet(world, channel, incident, severity, atMs);
  }
}

type Owed = 'critical' | 'easing' | 'news' | 'resolved' | 'retracted';

/** What the channel does not know and should; null: nothing. */
function owes(last: Alert | undefined, incident: Incident, channel: ChannelSpec, spec: Spec): Owed | null {
  if (last === undefined)
    return isStanding(incident) && hears(spec, channel, incident) ? standing(incident) : null;
  if (incident.life === 'retracted') return isOver(last.incident) ? null : 'retracted';
  if (incident.life === 'closed') return isOver(last.incident) ? null : 'resolved';
  if (incident.life === 'easing') return isStanding(last.incident) ? 'easing' : null;
  // Who was told of its end hears of it as if it were new.
  if (isOver(last.incident)) return hears(spec, channel, incident) ? standing(incident) : null;
  return rank(incident.severity) > rank(last.severity) ? standing(incident) : null;
}

function standing({ severity }: Incident): Owed {
  return severity === 'critical' ? 'critical' : 'news';
}

function covers(
  { match, untilMs }: Silence,
  channel: string,
  incident: Incident,
  severity: Severity,
  atMs: number,
): boolean {
  return untilMs > atMs && isMeant(match, channel, incident, severity);
}

function worse(a: Severity, b: Severity | undefined): Severity {
  return b !== undefined && rank(b) > rank(a) ? b : a;
}

function channelOf(spec: Spec, name: string): ChannelSpec {
  const channel = spec.channels.find((one) => one.name === name);
  if (channel === undefined) throw new Error(`no such channel: ${name}`);
  return channel;
}

function isIncident(effect: Effect): effect is Extract<Effect, { kind: 'incident' }> {
  return effect.kind === 'incident';
}
