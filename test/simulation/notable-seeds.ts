/** Seeds that once found something, and what it was: they are run with every test run. */
export const notableSeeds: readonly (readonly [seed: number, found: string])[] = [
  [6, 'a signal counted as final by its evidence, though the block that caused it could still die'],
  [8, 'a reorg during an outage was never noticed where the gap was filled by range'],
  [22, 'an oracle kept listening to a contract that only a dead block had named'],
  [30, 'a silence named a dead head in its evidence'],
  [49, 'dead blocks stood for ever after an endpoint had been refused for minutes'],
  [65, 'a lone endpoint that was another chain for a second got a range of strange blocks in'],
  [74, 'an endpoint that became another chain was believed after it had insisted three times'],
  [84, 'a frozen endpoint turned final blocks around alone'],
  [98, 'an endpoint that lags called its own stale branch final'],
  [106, 'what an oracle emitted before its contract had been stored was not asked for'],
  [167, 'an endpoint behind the range answered for blocks it did not have: nothing'],
  [1040, 'a restart forgot the contract behind an oracle after a reorg'],
  [38, 'what was missed while a hole was open already was in no hole'],
  [2100, 'after a restart, whoever had left logs out was asked to confirm them'],
  [6007, 'a cursor without a time hid how long nobody had listened'],
  [5020, 'a head below what is final was taken up again and again, without end'],
];
