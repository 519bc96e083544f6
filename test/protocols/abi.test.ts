import { toEventSelector, toFunctionSelector } from 'viem';
import { describe, expect, it } from 'vitest';
import { selectors, withIndex } from '../../src/protocols/abi.js';
import { protocolOf, protocols } from '../../src/protocols/index.js';
import { makeSource } from './helpers.js';

describe('the list of protocols', () => {
  it('is alphabetical, without two of one name', () => {
    const names = protocols.map((protocol) => protocol.name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('finds each by its name and says which names there are for any other', () => {
    for (const protocol of protocols) expect(protocolOf(protocol.name)).toBe(protocol);
    expect(() => protocolOf('uniswap-v9')).toThrow('uniswap-v9');
  });
});

describe('topics and selectors', () => {
  const events = protocols.flatMap((protocol) => protocol.events.map((event) => ({ protocol, event })));

  it.each(events.map(({ protocol, event }) => [protocol.name, event.signature, event.topic0] as const))(
    '%s: topic0 of %s',
    (_, signature, topic0) => expect(topic0).toBe(toEventSelector(signature)),
  );

  it.each(Object.entries(selectors))('selector of %s', (signature, selector) =>
    expect(selector).toBe(toFunctionSelector(`function ${signature}`)),
  );

  it('no protocol wants one event twice', () => {
    for (const protocol of protocols) {
      const keys = protocol.events.map(({ topic0, topics }) => `${topic0} ${topics?.join() ?? ''}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('an index is one word behind the selector', () => {
    expect(withIndex('0x4903b0d1', 7)).toBe(`0x4903b0d1${'0'.repeat(63)}7`);
  });

  it('names of calls are unique in a protocol, and all calls ask the source itself', () => {
    for (const protocol of protocols) {
      const source = makeSource(protocol, protocol.tokenCount[1]);
      const calls = protocol.calls(source);
      expect(new Set(calls.map((call) => call.name)).size).toBe(calls.length);
      for (const call of calls) expect(call.to).toBe(source.address);
    }
  });
});
