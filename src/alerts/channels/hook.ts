// A response hook: one signed POST to the operator's own automation. It says what happened and who let it go; what is to
// be done, and with which keys, is the automation's own affair.
//
// 2xx is success and nothing else is; 410 is believed; everything else is tried again, as for any webhook. The id stays
// the same over all attempts, so the automation can drop what it has done.

import type { Alert } from '../../core/alert.js';
import { hookChannel } from '../../core/hook.js';
import { message } from '../message.js';
import type { Channel, ChannelDeps } from './channel.js';
import { signingKeys } from './signed-headers.js';
import { signedPost } from './signed-post.js';

/** What the edge needs to call the operator's automation: the rest of a playbook is the engine's. */
export interface HookConfig {
  readonly playbook: string;
  readonly url: string;
  /** A call is always signed. */
  readonly secret: string;
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
}

export function hook(config: HookConfig, deps: ChannelDeps): Channel {
  const name = hookChannel(config.playbook);
  const keys = signingKeys(name, config.secret);
  return {
    name,
    kind: 'hook',
    async send(alert, attempt, signal, conversation) {
      const body = JSON.stringify(callBody(alert, conversation?.superseded ?? 0));
      return signedPost(config, deps, keys, { id: alert.id, attempt, body, signal });
    },
  };
}

/** The alert's own words, with what makes it a call in front. */
function callBody(alert: Alert, superseded: number): object {
  const { schemaVersion, timestamp, id, title, text, severity, state, incident, evidence, evidenceLeftOut } =
    message(alert, superseded);
  const { playbook = '', step = severity, by = null, reason = null } = alert.hook ?? {};
  return {
    schemaVersion,
    type: step === 'retracted' ? 'hook.retracted' : 'hook.called',
    timestamp,
    id,
    playbook,
    step,
    approval: by === null ? null : { by, reason },
    superseded,
    title,
    text,
    severity,
    state,
    incident,
    evidence,
    evidenceLeftOut,
  };
}
