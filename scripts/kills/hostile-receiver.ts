// A receiver as bad as receivers get, and its memory of what it really took: the other side of every promise about
// alerts. What it does with a request is drawn; how bad it is overall changes from time to time.

import type { ServerResponse } from 'node:http';
import { startReceiver } from '../../test/helpers/receiver.js';
import type { Seeded } from '../../test/simulation/seeded.js';

export interface Message {
  readonly id: string;
  readonly sequence: number;
  readonly reason: string;
  readonly superseded: number;
  readonly incident: { readonly id: string };
}

/** What it does with a request. Where it `takes` it remembers; where it `says` yes the daemon may forget. */
const deeds = {
  yes: { takes: true, says: true },
  lie: { takes: false, says: true },
  'take and break off': { takes: true, says: false },
  'take and fall silent': { takes: true, says: false },
  '500': { takes: false, says: false },
  '429': { takes: false, says: false },
  reset: { takes: false, says: false },
  'fall silent': { takes: false, says: false },
} as const;

export type Deed = keyof typeof deeds;

export interface Arrival {
  readonly message: Message;
  readonly deed: Deed;
  readonly takes: boolean;
  readonly says: boolean;
  /** The daemon's life, counted from 0, in which it came. */
  readonly life: number;
  /** Its yes came later than the daemon may have waited, or could not be said any more: nobody heard it for certain. */
  late: boolean;
}

export interface HostileReceiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  readonly deedCounts: Readonly<Record<Deed, number>>;
  /** Counted by the kills. */
  life: number;
  /** From now on it takes everything and says so. */
  becomeGood(): void;
  /** Resolves with the next request, or after `withinMs` without one. */
  nextRequest(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Shares of the deeds by mood, one of which holds for some requests. */
const moods: readonly (readonly Deed[])[] = [
  ['yes'],
  ['yes', 'yes', 'yes', 'take and break off', 'lie'],
  ['yes', '500', 'reset', 'take and break off'],
  ['500', 'reset', 'fall silent', '429'],
  ['take and fall silent', 'take and break off', 'yes', 'yes'],
];
const longestYesMs = 30;
/** What the channel's configuration waits is longer; what is answered after this may have been given up there. */
export const surelyHeardMs = 500;

export async function startHostileReceiver(random: Seeded): Promise<HostileReceiver> {
  const arrivals: Arrival[] = [];
  const deedCounts = Object.fromEntries(Object.keys(deeds).map((deed) => [deed, 0])) as Record<Deed, number>;
  let good = false;
  let mood: readonly Deed[] = ['yes'];
  let moodLeft = 0;
  let waiting: (() => void)[] = [];

  const receiver = await startReceiver((response, _nth, { body }) => {
    const message = JSON.parse(body) as Message;
    const deed = nextDeed();
    deedCounts[deed]++;
    const arrival: Arrival = { message, deed, ...deeds[deed], life: hostile.life, late: false };
    arrivals.push(arrival);
    for (const wake of waiting) wake();
    waiting = [];
    act(response, arrival, random.between(0, longestYesMs));
  });

  function nextDeed(): Deed {
    if (good) return 'yes';
    if (moodLeft-- <= 0) {
      mood = random.pick(moods);
      moodLeft = random.int(2, 12);
    }
    return random.pick(mood);
  }

  const hostile: HostileReceiver = {
    url: receiver.url,
    arrivals,
    deedCounts,
    life: 0,
    becomeGood() {
      good = true;
    },
    async nextRequest(withinMs) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    },
    close: () => receiver.close(),
  };
  return hostile;
}

function act(response: ServerResponse, arrival: Arrival, afterMs: number): void {
  const cameMs = performance.now();
  switch (arrival.deed) {
    case 'yes':
    case 'lie':
      // Not at once, so that a kill may come between the receiver's yes and the daemon's knowing of it.
      setTimeout(() => {
        arrival.late = response.destroyed || performance.now() - cameMs > surelyHeardMs;
        response.writeHead(204).end();
      }, afterMs);
      return;
    case '500':
      return void response.writeHead(500).end('no');
    case '429':
      return void response.writeHead(429, { 'retry-after': '1' }).end();
    case 'reset':
    case 'take and break off':
      return void response.destroy();
    case 'take and fall silent':
    case 'fall silent':
      return;
  }
}
