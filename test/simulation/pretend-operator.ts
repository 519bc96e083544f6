// The person at the command line: adds silences, ends them, and gives or refuses leave to hooks that wait for it. All
// of it goes through the folder in which the real command leaves its requests, whether a daemon runs or not.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/core/ports.js';
import type { Engine } from '../../src/engine.js';
import { type Request, writeRequest } from '../../src/store/request-folder.js';
import type { OperatorAct } from './draw-ways.js';
import type { Seeded } from './seeded.js';

export interface PretendOperator {
  readonly folder: string;
  stop(): void;
}

const lookEveryMs = 3_000;

export function pretendOperator(
  acts: readonly OperatorAct[],
  deps: {
    readonly clock: Clock;
    readonly random: Seeded;
    readonly trace: (what: string) => void;
    readonly count: (what: string) => void;
    /** The running daemon's, as the command sees it. */
    engine(): Engine | null;
  },
): PretendOperator {
  const { clock, random, trace, count } = deps;
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-operator-'));
  const standing: string[] = [];
  const answered = new Set<string>();
  const who = { by: 'operator', reason: 'drawn' };
  let stopped = false;
  let made = 0;
  for (const act of acts) clock.after(act.atMs - clock.now(), () => stopped || perform(act));
  clock.after(lookEveryMs, look);

  return {
    folder,
    stop() {
      stopped = true;
      rmSync(folder, { recursive: true, force: true });
    },
  };

  function ask(request: Request): void {
    trace(`operator asks ${JSON.stringify(request)}`);
    count(`asked: ${request.kind}`);
    // Names are sorted by it: two requests of one moment must not change places.
    writeRequest(folder, request, Math.floor(clock.now()) * 100 + (made++ % 100));
  }

  function perform(act: OperatorAct): void {
    if (act.kind === 'silence') {
      const silenceId = `sil-${made}`;
      standing.push(silenceId);
      ask({
        kind: 'silence',
        silenceId,
        ...who,
        untilMs: Math.floor(clock.now()) + act.forMs,
        match: act.match,
      });
    } else {
      const silenceId = standing.pop();
      if (silenceId !== undefined) ask({ kind: 'unsilence', silenceId, ...who });
    }
  }

  function look(): void {
    if (stopped) return;
    for (const [hookId, { state }] of deps.engine()?.state.hooks.hooks ?? []) {
      if (state !== 'awaiting' || answered.has(hookId)) continue;
      if (random.chance(0.5)) continue;
      // Sometimes he says it twice, sometimes the opposite after it.
      if (random.chance(0.8)) answered.add(hookId);
      ask({ kind: 'approve', hookId, verdict: random.chance(0.6) ? 'approve' : 'deny', ...who });
    }
    clock.after(lookEveryMs, look);
  }
}
