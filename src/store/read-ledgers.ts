import type { Ledger, Ledgers } from '../coverage/ledger.js';
import { readRange } from './read-range.js';
import type { Tables } from './tables.js';

const text = new TextDecoder();
const top = new Uint8Array(32).fill(0xff);
const bottom = new Uint8Array(1);

export function readLedgers(tables: Tables): Ledgers {
  const ledgers = new Map<string, Ledger>();
  for (const { value } of readRange(tables.ledgers, { from: bottom, to: top })) {
    const ledger = JSON.parse(text.decode(value)) as Ledger;
    ledgers.set(ledger.chain, ledger);
  }
  return ledgers;
}
