// A store as `pegwatch import` leaves it, from inputs at hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { backtest } from '../../src/backtest.js';
import type { Effect, Input, Step } from '../../src/core/io.js';
import { openStore } from '../../src/store/open-store.js';
import { quietDeps } from '../store/children/quiet-deps.js';

/** The folder; it goes with the test. `write` may store other effects than there were, or none (null). */
export async function importStore(
  inputs: Iterable<Input>,
  write: (effect: Effect) => Effect | null = (effect) => effect,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ folder }, quietDeps);
  const steps: Step[] = [];
  await backtest(inputs, (step) => {
    steps.push({ ...step, effects: step.effects.flatMap((effect) => write(effect) ?? []) });
    return steps.length < 2048 ? null : store.commit(steps.splice(0));
  });
  await store.commit(steps);
  await store.close();
  return folder;
}
