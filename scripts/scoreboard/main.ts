// Regenerates the scoreboard of the open data in docs/: `npm run scoreboard`. Its last line is the headline.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));

if (!existsSync(data)) {
  console.log('The open data (../shared/data) is not here: the scoreboard stays as it is.');
} else {
  const args = ['backtest', '-c', `${root}config`, '-m', `${root}config/imports/open-data.yaml`, '-d', data];
  const questions = [
    '--incidents',
    `${data}/INCIDENTS.json`,
    '--checks',
    `${root}config/scoreboard/open-data.yaml`,
  ];
  process.exitCode = await runCommandLine([...args, ...questions, '-o', `${root}docs`], {
    env: process.env,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    signal: new AbortController().signal,
  });
}
