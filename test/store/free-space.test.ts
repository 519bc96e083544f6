import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableBytes, freeSpace } from '../../src/store/free-space.js';
import { makeFolder } from './world.js';

const limits = { softFreeBytes: 1000, hardFreeBytes: 100 };

describe('freeSpace', () => {
  it.each([
    [1000, 'ok'],
    [999, 'soft'],
    [100, 'soft'],
    [99, 'hard'],
    [0, 'hard'],
    [Number.NaN, 'hard'],
  ] as const)('with %d bytes free is %s', (free, expected) => {
    expect(freeSpace('anywhere', limits, () => free)).toBe(expected);
  });

  it('asks the file system of the folder', () => {
    const folder = makeFolder();
    const free = availableBytes(folder);
    expect(free).toBeGreaterThan(0);
    expect(freeSpace(folder, { softFreeBytes: 1, hardFreeBytes: 0 })).toBe('ok');
    expect(freeSpace(folder, { softFreeBytes: free * 1000, hardFreeBytes: free * 100 })).toBe('hard');
  });

  it('counts a folder that cannot be asked as full', () => {
    expect(freeSpace(join(makeFolder(), 'nowhere'), { softFreeBytes: 1, hardFreeBytes: 0 })).toBe('hard');
  });
});
