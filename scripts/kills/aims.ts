// When a kill comes. Most moments of a process are alike; these are the ones at which something is half done.

import type { Daemon } from '../../test/helpers/daemon-process.js';
import type { Seeded } from '../../test/simulation/seeded.js';
import type { HostileReceiver } from './hostile-receiver.js';
import type { StormStory } from './storm-story.js';

export interface Scene {
  readonly daemon: Daemon;
  readonly receiver: HostileReceiver;
  readonly story: StormStory;
  readonly random: Seeded;
  /** Waits until the daemon follows every chain; notes what it has acknowledged until then. */
  ready(): Promise<void>;
}

interface Aim {
  readonly weight: number;
  /** Resolves when it is time to kill. */
  wait(scene: Scene): Promise<void>;
}

export type AimName = keyof typeof aims;

/** An alert is told every second or so while an incident is under way. */
const patienceMs = 4_000;

export const aims = {
  'while starting': {
    weight: 4,
    wait: ({ random }) => pause(random.between(0, 1_000)),
  },
  'while catching up': {
    weight: 3,
    async wait({ daemon, random }) {
      await daemon.says('HTTP views are served');
      await pause(random.between(0, 80));
    },
  },
  'while committing': {
    weight: 5,
    async wait({ ready, story, random }) {
      await ready();
      story.burst();
      await pause(random.between(0, 12));
    },
  },
  'at a checkpoint': {
    weight: 3,
    async wait({ ready, daemon, random }) {
      await ready();
      await daemon.says('a checkpoint is being stored');
      if (random.chance(0.5)) await pause(random.between(0, 4));
    },
  },
  'around a delivery': {
    weight: 4,
    async wait({ ready, receiver, random }) {
      await ready();
      await receiver.nextRequest(patienceMs);
      await pause(random.between(0, 45));
    },
  },
  anywhere: {
    weight: 1,
    async wait({ ready, random }) {
      await ready();
      await pause(random.between(0, 1_000));
    },
  },
} as const satisfies Record<string, Aim>;

export const aimNames = Object.keys(aims) as readonly AimName[];

/** Drawn by weight. */
export function drawAim(random: Seeded): AimName {
  return random.pick(aimNames.flatMap((name) => Array<AimName>(aims[name].weight).fill(name)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
