import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { createClock } from '../../src/edge/clock.js';

afterEach(() => {
  vi.useRealTimers();
});

test('fires once after the wait, not before, and not after it was cancelled', () => {
  vi.useFakeTimers();
  const clock = createClock();
  const fired: string[] = [];
  clock.after(100, () => fired.push('a'));
  const cancel = clock.after(100, () => fired.push('b'));
  vi.advanceTimersByTime(99);
  expect(fired).toEqual([]);
  cancel();
  vi.advanceTimersByTime(1000);
  expect(fired).toEqual(['a']);
});

test('a wait longer than setTimeout can count is still waited for, and can be cancelled half way', () => {
  vi.useFakeTimers();
  const clock = createClock();
  const month = 31 * 86_400_000;
  let fired = 0;
  clock.after(month, () => fired++);
  const cancel = clock.after(month, () => fired++);
  vi.advanceTimersByTime(month - 1);
  expect(fired).toBe(0);
  cancel();
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

test('a negative wait fires soon', async () => {
  await new Promise<void>((resolve) => createClock().after(-5, resolve));
});

test('an unref clock does not keep the process alive, an ordinary one does', () => {
  const run = (options: string): string =>
    execFileSync(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `import { createClock } from './src/edge/clock.ts'; createClock(${options}).after(200, () => console.log('fired'));`,
      ],
      { encoding: 'utf8' },
    );
  expect(run('{ unref: true }')).toBe('');
  expect(run('{}')).toBe('fired\n');
});
