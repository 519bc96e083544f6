// What the operator's automation is called for, from the stored timeline alone: never in a dry run, in approve mode
// only by the word of a person who was in time, and never twice for the same matter, whatever the ids say.

import type { Alert } from '../../src/core/alert.js';
import type { Hook } from '../../src/core/hook.js';
import type { Spec } from '../../src/core/spec.js';
import type { Played } from './check-follow-ups.js';
import { rank } from './naive-ways.js';

/** Each is a sentence about something that does not hold. */
export function checkHooks(
  steps: readonly Played[],
  count: (what: string, by?: number) => void,
): readonly string[] {
  const problems: string[] = [];
  let spec: Spec | null = null;
  /** By incident and playbook: the worst that was called for since it last was over or taken back. */
  const worst = new Map<string, number>();
  const hooks = new Map<string, Hook>();

  for (const { input, effects } of steps) {
    if (input.kind === 'start') spec = input.spec;
    for (const effect of effects) {
      if (effect.kind === 'incident') {
        const { life, id } = effect.incident;
        if (life === 'closed' || life === 'retracted' || effect.change === 'revised')
          for (const key of [...worst.keys()]) if (key.startsWith(`${id}|`)) worst.delete(key);
      } else if (effect.kind === 'hook') {
        count(`hooks: ${effect.hook.mode} ${effect.hook.state}`);
        judgeChange(effect.hook, input.atMs);
      } else if (effect.kind === 'alert' && effect.alert.hook !== undefined) judgeCall(effect.alert, input);
    }
  }
  return problems;

  function judgeChange(hook: Hook, atMs: number): void {
    const before = hooks.get(hook.id);
    hooks.set(hook.id, hook);
    const isNew = before === undefined;
    if (hook.state === 'would-send' && hook.mode !== 'dry-run') problems.push(`hook ${hook.id} was not sent`);
    if (hook.state === 'expired' && (hook.expiresAtMs ?? 0) > atMs)
      problems.push(`hook ${hook.id} expired before its time`);
    if (isNew && hook.step !== 'retracted') {
      const key = `${hook.incidentId}|${hook.playbook}`;
      if (rank(hook.step) <= (worst.get(key) ?? -1))
        problems.push(`hook ${hook.id} is called for a second time, for ${hook.step}`);
      worst.set(key, Math.max(worst.get(key) ?? -1, rank(hook.step)));
    } else if (!isNew && before.state === 'awaiting' && hook.state === 'sent')
      problems.push(`hook ${hook.id} was sent and nobody had let it go`);
  }

  function judgeCall({ id, atMs, hook }: Alert, input: Played['input']): void {
    if (hook === undefined) return;
    count('hooks called');
    const mode = spec?.playbooks?.find(({ name }) => name === hook.playbook)?.hook?.mode;
    if (mode === 'dry-run') problems.push(`hook ${id} was called in a dry run`);
    if (mode !== 'approve' || hook.step === 'retracted') return;
    const isApproved = input.kind === 'approve' && input.hookId === id && input.verdict === 'approve';
    if (!isApproved) problems.push(`hook ${id} was called and nobody had let it go`);
    if ((hooks.get(id)?.expiresAtMs ?? 0) < atMs) problems.push(`hook ${id} was let go too late`);
  }
}
