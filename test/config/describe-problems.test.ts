import { expect, it } from 'vitest';
import { describeProblems, warningsOf } from '../../src/config/describe-problems.js';

it('groups problems by file, in the order of their lines, hints below, and counts them', () => {
  const text = describeProblems(
    [
      { file: 'config/a.yaml', path: 'http.port', line: 9, sentence: 'is missing', hint: null },
      { file: 'config/b.yaml', path: '', line: null, sentence: 'does not exist', hint: null },
      {
        file: 'config/a.yaml',
        path: 'log.level',
        line: 3,
        sentence: 'must be one of x, y',
        hint: 'Did you mean x?',
      },
    ],
    [{ file: 'config/a.yaml', path: 'channels[0]', line: 12, sentence: 'hook is left out', hint: null }],
  );
  expect(text).toBe(`config/a.yaml
  log.level (line 3): must be one of x, y
      Did you mean x?
  http.port (line 9): is missing

config/b.yaml
  does not exist

3 problems in 2 files

note: config/a.yaml: channels[0]: hook is left out`);
});

it('says nothing where nothing is wrong', () => {
  expect(describeProblems([])).toBe('');
});

it('warns at a start where alerts go nowhere, and of every note', () => {
  const left = {
    file: 'config/a.yaml',
    path: 'channels[0]',
    line: 12,
    sentence: 'hook is left out',
    hint: null,
  };
  expect(warningsOf(0, [left])).toEqual([
    'No channel is configured: alerts are stored and sent nowhere.',
    'config/a.yaml: channels[0]: hook is left out',
  ]);
  expect(warningsOf(1, [])).toEqual([]);
});
