// A response hook: one call of the operator's own automation because of an incident. pegwatch says what happened and
// nothing else: it holds no private key and signs no transaction.

import type { Severity } from './severity.js';

/** `dry-run` writes down what would have been sent, `approve` waits for a person, `send` goes at once. */
export type HookMode = 'dry-run' | 'approve' | 'send';

export const hookStates = [
  'would-send',
  'awaiting',
  'queued',
  'sent',
  /** The receiver would not have it. */
  'refused',
  /** Newer news for the same automation went in its place. */
  'superseded',
  'denied',
  /** Nobody approved in time. */
  'expired',
  /** What it was about is over, or never happened. */
  'withdrawn',
] as const;

export type HookState = (typeof hookStates)[number];

/** What a hook is about: how bad it was when it was called for, or that it is taken back. */
export type HookStep = Severity | 'retracted';

/** How one hook stands: each change is one entry of the timeline, which is its audit. */
export interface Hook {
  /** Incident, playbook, step and round: never called twice under another id. */
  readonly id: string;
  readonly incidentId: string;
  readonly playbook: string;
  readonly step: HookStep;
  readonly mode: HookMode;
  readonly state: HookState;
  readonly atMs: number;
  /** Until when it may be approved; null where nobody is asked. */
  readonly expiresAtMs: number | null;
  /** Who approved or denied it, and why. */
  readonly by: string | null;
  readonly reason: string | null;
  /** The incident's title when it was called for. */
  readonly title: string;
}

/** What the call itself carries beside the alert. */
export interface HookCall {
  readonly playbook: string;
  readonly step: HookStep;
  readonly by: string | null;
  readonly reason: string | null;
}

/** The name under which a playbook's hook is queued and shown; no channel can be called so. */
export function hookChannel(playbook: string): string {
  return `hook:${playbook}`;
}
