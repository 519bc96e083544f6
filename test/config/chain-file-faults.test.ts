import { describe, it } from 'vitest';
import { checkFault, type Fault } from './small-config.js';

const ethereum = 'chains/ethereum.yaml';

const faults: readonly Fault[] = [
  {
    what: 'an HTTP URL for a socket',
    from: 'ws: wss://ethereum.example',
    to: 'ws: https://ethereum.example',
    told: 'chains/ethereum.yaml endpoints[1].ws: must be a URL that begins with ws:// or wss://',
  },
  {
    what: 'endpoints that cannot tell of blocks',
    from: '    ws: wss://ethereum.example\n',
    to: '',
    told: 'chains/ethereum.yaml endpoints: has no WebSocket URL: nothing would tell of new blocks',
  },
  {
    what: 'no endpoints',
    from: '  - name: public\n    ws: wss://ethereum.example\n    http: https://ethereum.example\n    requestsPerSecond: 5\n    batch: 20\n',
    to: '',
    told: 'chains/ethereum.yaml endpoints: has no endpoint with a URL',
  },
  {
    what: 'two endpoints of one name',
    from: 'name: public',
    to: 'name: own',
    told: 'chains/ethereum.yaml endpoints[1].name: own is the name of another endpoint already',
  },
  {
    what: 'a chain id used twice',
    from: 'chainId: 1',
    to: 'chainId: 56',
    told: 'chains/ethereum.yaml chainId: is the id of bsc already',
  },
  {
    what: 'a chain described twice',
    from: 'chain: ethereum\n',
    to: 'chain: bsc\n',
    told: 'chains/ethereum.yaml chain: bsc is described by another file too',
  },
  {
    what: 'fewer blocks kept than final',
    from: 'keep: 128',
    to: 'keep: 8',
    told: 'chains/ethereum.yaml finality.keep: must be at least as large as depth',
  },
  {
    what: 'a block time of nothing',
    from: 'blockTimeMs: 12s',
    to: 'blockTimeMs: 0s',
    told: 'chains/ethereum.yaml blockTimeMs: must be from 10ms to 10m',
  },
  {
    what: 'a time without a unit',
    from: 'silenceMs: 48s',
    to: 'silenceMs: 48',
    told: 'chains/ethereum.yaml silenceMs: is a number without a unit',
  },
  {
    what: 'a silence that a single late block makes',
    from: 'silenceMs: 48s',
    to: 'silenceMs: 23s',
    told: 'chains/ethereum.yaml silenceMs: is shorter than two block times',
    hint: 'Write 24s or more.',
  },
  {
    what: 'a missing number',
    from: 'depth: 64, ',
    to: '',
    told: 'chains/ethereum.yaml finality.depth: is missing',
  },
];

describe('a fault in a chain file is told as exactly itself', () => {
  it.each(faults)('$what', (fault) => checkFault(ethereum, fault));
});
