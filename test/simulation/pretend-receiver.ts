// The receiver of alerts: remembers what it was told, and is down, slow or forgetful when its episodes say so.

import type { HttpPost } from '../../src/alerts/channels/channel.js';
import type { Message } from '../../src/alerts/message.js';
import type { Clock } from '../../src/core/ports.js';
import type { DaemonFault } from './faults.js';
import type { Seeded } from './seeded.js';

export interface Received {
  readonly atMs: number;
  readonly message: Message;
  /** Whether its 2xx reached the sender. */
  readonly answered: boolean;
}

export interface PretendReceiver {
  readonly post: HttpPost;
  readonly received: readonly Received[];
  /** What the operator's automation was called for. */
  readonly called: readonly Received[];
}

/** Where hooks are called. */
export const automationUrl = 'http://automation';

export function pretendReceiver(
  is: (fault: DaemonFault) => boolean,
  deps: { readonly clock: Clock; readonly random: Seeded; readonly trace: (what: string) => void },
): PretendReceiver {
  const { clock, random, trace } = deps;
  const received: Received[] = [];
  const called: Received[] = [];
  const post: HttpPost = (url, { body, signal, headers }) =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('no answer'));
      if (signal.aborted) return fail();
      signal.addEventListener('abort', fail, { once: true });
      clock.after(is('receiver-slow') ? random.between(1_000, 12_000) : random.between(5, 80), () => {
        if (signal.aborted) return;
        if (is('receiver-down')) {
          if (random.chance(0.5)) return fail();
          const status = random.pick([500, 503, 429, 404]);
          return resolve({ status, headers: random.chance(0.3) ? { 'retry-after': '3' } : {}, text: 'no' });
        }
        const message = JSON.parse(body) as Message;
        const forgets = is('receiver-forgets') && random.chance(0.5);
        trace(`receiver < ${headers['webhook-id']} ${forgets}`);
        (url === automationUrl ? called : received).push({ atMs: clock.now(), message, answered: !forgets });
        if (forgets) fail();
        else resolve({ status: 204, headers: {}, text: '' });
      });
    });
  return { post, received, called };
}
