import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { RawLog } from '../../src/core/reading.js';
import { protocols } from '../../src/protocols/index.js';
import type { EventWanted, Protocol } from '../../src/protocols/protocol.js';
import { argsOf, decodeAll, decoderOf, eventOf, hexBytes, logOf, makeSource } from './helpers.js';

const all = protocols.flatMap((protocol) => protocol.events.map((wanted) => ({ protocol, wanted })));
const eachEvent = all.map((one) => [one.protocol.name, one.wanted.signature, one] as const);
const zero = `0x${'0'.repeat(40)}`;

/** Well-formed logs of an event that its decoder wants. */
function validLogs({ protocol, wanted }: { protocol: Protocol; wanted: EventWanted }) {
  const [, fixed] = /uint256\[(\d)\]/.exec(wanted.signature) ?? [];
  const coins = fixed === undefined ? protocol.tokenCount[0] : Number(fixed);
  const event = eventOf(wanted);
  const logs = argsOf(event, coins).map((args) => {
    const ends = wanted.topics?.map((topic) => topic !== null) ?? [];
    const more = { ...(ends[0] ? { from: zero } : {}), ...(ends[1] ? { to: zero } : {}) };
    const ids = 'sold_id' in args ? { sold_id: 0n, bought_id: 1n } : {};
    return logOf(event, { ...args, ...more, ...ids });
  });
  return { logs, event, coins, decoder: decoderOf(makeSource(protocol, coins)) };
}

describe.each(eachEvent)('%s: %s', (_, __, one) => {
  const { logs, event, coins, decoder } = validLogs(one);
  const refused = (log: RawLog) => {
    const { observations, problems } = decodeAll(decoder, [log]);
    expect(observations).toEqual([]);
    expect(problems.map((problem) => problem.code)).toEqual(['log-malformed']);
    expect(problems[0]?.source).toBe(`ethereum/${one.protocol.name}`);
    expect(problems[0]?.raw?.length).toBeLessThan(3000);
  };

  it('is refused with its data cut anywhere', () => {
    if (event.inputs.every((input) => input.indexed)) return;
    fc.assert(
      fc.property(logs, fc.nat(), (log, n) => {
        const bytes = (log.data.length - 2) / 2;
        refused({ ...log, data: log.data.slice(0, 2 + 2 * (n % bytes)) as Hex });
      }),
    );
  });

  it('is refused with more data than its event has', () => {
    fc.assert(
      fc.property(logs, hexBytes(1, 100), (log, more) =>
        refused({ ...log, data: `${log.data}${more.slice(2)}` }),
      ),
    );
  });

  // A log has four topics at most; `packLogs` refuses a fifth.
  if (event.inputs.filter((input) => input.indexed).length < 3) {
    it('is refused with a topic too many', () => {
      fc.assert(
        fc.property(logs, hexBytes(32), (log, topic) => refused({ ...log, topics: [...log.topics, topic] })),
      );
    });
  }

  it('is refused with a topic too few, where it still is the event that was asked for', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const topics = log.topics.slice(0, -1);
        if (topics.length === 0) return;
        if (topics.length > (one.wanted.topics?.length ?? 0)) refused({ ...log, topics });
        else
          expect(decodeAll(decoder, [{ ...log, topics }])).toMatchObject({ observations: [], problems: [] });
      }),
    );
  });

  const narrow = narrowWords(event, coins);
  if (narrow.length > 0) {
    it('is refused with a bit set above the width of its type', () => {
      fc.assert(
        fc.property(logs, fc.constantFrom(...narrow), fc.nat(), (log, { place, i, bits }, n) => {
          const bit = BigInt(bits + (n % (256 - bits)));
          const flip = (word: string) => (BigInt(`0x${word}`) ^ (1n << bit)).toString(16).padStart(64, '0');
          if (place === 'topic') {
            // With another first or second topic a Transfer is no mint or burn: not wanted rather than malformed.
            fc.pre(!one.wanted.topics?.[i]);
            const topics = log.topics.map((t, k) => (k === i + 1 ? (`0x${flip(t.slice(2))}` as Hex) : t));
            refused({ ...log, topics });
          } else {
            const at = 2 + i * 64;
            const data = log.data.slice(0, at) + flip(log.data.slice(at, at + 64)) + log.data.slice(at + 64);
            refused({ ...log, data: data as Hex });
          }
        }),
      );
    });
  }

  it('never throws, whatever topics and data come under its topic', () => {
    fc.assert(
      fc.property(fc.array(hexBytes(32), { maxLength: 3 }), hexBytes(0, 600), logs, (topics, data, log) => {
        const topic0 = one.wanted.topic0;
        for (const some of [topics, log.topics.slice(1)]) {
          const { problems } = decodeAll(decoder, [{ ...log, topics: [topic0, ...some], data }]);
          for (const problem of problems) expect(problem.code).toBe('log-malformed');
        }
      }),
    );
  });
});

interface NarrowWord {
  readonly place: 'topic' | 'data';
  readonly i: number;
  readonly bits: number;
}

/** Where an event's topics and static data have values narrower than a word. */
function narrowWords(event: ReturnType<typeof eventOf>, coins: number): NarrowWord[] {
  const words: NarrowWord[] = [];
  let topic = 0;
  let word = 0;
  for (const { type, indexed, name } of event.inputs) {
    const bits =
      type === 'address' ? 160 : name === 'updatedAt' ? 40 : Number(/^u?int(\d+)$/.exec(type)?.[1] ?? 256);
    if (bits < 256) words.push({ place: indexed ? 'topic' : 'data', i: indexed ? topic : word, bits });
    if (indexed) topic++;
    else word += Number(/\[(\d+)\]$/.exec(type)?.[1] ?? 1);
  }
  // Ids of the Underlying exchange name other pools' coins and are not read.
  const unread = event.name === 'TokenExchangeUnderlying';
  return coins > 0 ? words.filter(({ place }) => !(unread && place === 'data')) : [];
}

describe('NG arrays', () => {
  const protocol = protocols.find(({ name }) => name === 'curve-stable-swap-ng')!;
  const add = protocol.events.find((event) => event.signature.includes('AddLiquidity'))!;
  const decoder = decoderOf(makeSource(protocol, 2));
  const base = logOf(eventOf(add), {
    provider: zero,
    token_amounts: [1n, 2n],
    fees: [3n, 4n],
    invariant: 5n,
    token_supply: 6n,
  });
  const withWord = (i: number, value: bigint): RawLog => {
    const at = 2 + i * 64;
    const word = BigInt.asUintN(256, value).toString(16).padStart(64, '0');
    return { ...base, data: (base.data.slice(0, at) + word + base.data.slice(at + 64)) as Hex };
  };

  it('are read where their offsets say', () => {
    expect(decodeAll(decoder, [base]).observations).toMatchObject([{ amounts: [1n, 2n] }]);
    const swapped = decodeAll(decoder, [
      logOf(eventOf(add), {
        provider: zero,
        token_amounts: [7n, 8n],
        fees: [],
        invariant: 5n,
        token_supply: 6n,
      }),
    ]);
    expect(swapped.observations).toMatchObject([{ amounts: [7n, 8n] }]);
  });

  it('whose elements would lie behind the end are malformed', () => {
    // The last fee reads as the length of the fees.
    const args = { provider: zero, token_amounts: [1n, 2n], fees: [3n, 2n], invariant: 5n, token_supply: 6n };
    const log = logOf(eventOf(add), args);
    expect(decodeAll(decoder, [log]).problems).toEqual([]);
    const word = (9n * 32n).toString(16).padStart(64, '0');
    const moved: RawLog = { ...log, data: (log.data.slice(0, 66) + word + log.data.slice(130)) as Hex };
    expect(decodeAll(decoder, [moved]).problems.map(({ code }) => code)).toEqual(['log-malformed']);
  });

  it.each([
    ['an offset into the head', 0, 32n],
    ['an offset that is not a whole word', 0, 129n],
    ['an offset beyond the data', 0, 4096n],
    ['a negative offset', 0, -32n],
    ['an offset of 2^40', 0, 1n << 40n],
    ['an offset beyond the data for the fees', 1, 1n << 30n],
    ['fees that begin too late', 1, 256n],
    ['a length of another pool', 4, 3n],
    ['a huge length', 4, 1n << 255n],
    ['a negative length', 4, -1n],
    ['one fee for two coins', 7, 1n],
  ])('with %s are malformed', (_, word, value) => {
    const { observations, problems } = decodeAll(decoder, [withWord(word, value)]);
    expect(observations).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['log-malformed']);
  });
});
