import { describe, it } from 'vitest';
import { checkFault, type Fault } from './small-config.js';

const usdc = 'config/coins/usdc.yaml';
const usdt = 'config/coins/usdt.yaml';

const faults: readonly Fault[] = [
  {
    what: 'an unknown key in a row',
    from: 'heartbeat: 23h',
    to: 'heartbeat: 23h\n    hartbeat: 1h',
    told: 'coins/usdc.yaml sources[1].hartbeat: is not known here',
    hint: 'Did you mean heartbeat?',
  },
  {
    what: 'an address in lower case',
    from: '"0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"',
    to: '"0x8fffffd4afb6115b954bd326cbe7b4ba576818f6"',
    told: 'coins/usdc.yaml sources[1].address: has no checksum',
    hint: 'If the digits are right, write "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6".',
  },
  {
    what: 'an address with a wrong checksum',
    from: '"0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"',
    to: '"0x8FffFfd4AfB6115b954Bd326cbe7B4BA576818f6"',
    told: 'coins/usdc.yaml sources[1].address: has a wrong checksum',
    hint: 'If the digits are right, write "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6".',
  },
  {
    what: 'an address that is too short',
    from: '"0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"',
    to: '"0x8fFfFfd4"',
    told: 'coins/usdc.yaml sources[1].address: must be 0x and 40 hexadecimal digits',
  },
  {
    what: 'an address without quotes',
    from: '"0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"',
    to: '0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6',
    told: 'coins/usdc.yaml sources[1].address: is an address without quotes, which YAML reads as a number',
    hint: 'Write "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6".',
  },
  {
    what: 'an inline address without quotes',
    from: '"0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"',
    to: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
    told: 'coins/usdc.yaml sources[3].tokens[1].address: is an address without quotes',
  },
  {
    what: 'an unknown chain',
    from: '- chain: ethereum',
    to: '- chain: etherum',
    told: 'coins/usdc.yaml sources[0].chain: etherum is no known chain',
    hint: 'Did you mean ethereum?',
  },
  {
    what: 'a deployment on an unknown chain',
    from: 'chain: bsc',
    to: 'chain: base',
    told: 'coins/usdc.yaml deployments[1].chain: base is no known chain',
  },
  {
    what: 'a coin deployed twice on a chain',
    from: 'chain: bsc',
    to: 'chain: ethereum',
    told: 'coins/usdc.yaml deployments[1]: USDC is deployed on ethereum twice',
  },
  {
    what: 'an unknown coin',
    from: '[USDC, USDT]',
    to: '[USDC, UDST]',
    told: 'coins/usdc.yaml sources[2].tokens[1]: UDST has no deployment on ethereum',
    hint: 'Did you mean USDT?',
  },
  {
    what: 'a coin that is elsewhere',
    file: usdt,
    from: '- chain: ethereum\n    protocol: tether',
    to: '- chain: bsc\n    protocol: tether',
    told: 'coins/usdt.yaml sources[0]: USDT has no deployment on bsc',
    hint: 'It is deployed on ethereum.',
  },
  {
    what: 'an unknown protocol',
    from: 'protocol: uniswap-v3',
    to: 'protocol: uniswap-v33',
    told: 'coins/usdc.yaml sources[2].protocol: uniswap-v33 is no known protocol',
    hint: 'Did you mean uniswap-v3?',
  },
  {
    what: 'too many tokens',
    from: '[USDC, USDT]',
    to: '[USDC, USDT, USDT]',
    told: 'coins/usdc.yaml sources[2].tokens: has 3 where uniswap-v3 needs 2',
  },
  {
    what: 'no tokens',
    from: '    tokens: [USDC, USDT]\n',
    to: '',
    told: 'coins/usdc.yaml sources[2].tokens: is missing: a pool holds tokens',
  },
  {
    what: 'a source of another coin',
    from: '[USDC, USDT]',
    to: '[USDT, USDT]',
    told: 'coins/usdc.yaml sources[2].tokens: does not name USDC',
  },
  {
    what: 'a known coin written in full',
    from: '"0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", decimals: 18',
    to: '"0xdAC17F958D2ee523a2206206994597C13D831ec7", decimals: 6',
    told: 'coins/usdc.yaml sources[3].tokens[1]: is the coin USDT, which is known here',
    hint: 'Write USDT.',
  },
  {
    what: 'no address',
    from: '    address: "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"\n',
    to: '',
    told: 'coins/usdc.yaml sources[1].address: is missing',
  },
  {
    what: 'a heartbeat for a pool',
    from: '    tokens: [USDC, USDT]',
    to: '    tokens: [USDC, USDT]\n    heartbeat: 1h',
    told: 'coins/usdc.yaml sources[2].heartbeat: is for oracles only',
  },
  {
    what: 'a heartbeat without a unit',
    from: 'heartbeat: 23h',
    to: 'heartbeat: 23',
    told: 'coins/usdc.yaml sources[1].heartbeat: is a number without a unit',
  },
  {
    what: 'a heartbeat that no oracle has',
    from: 'heartbeat: 23h',
    to: 'heartbeat: 23ms',
    told: 'coins/usdc.yaml sources[1].heartbeat: must be from 1s to 30d',
  },
  {
    what: 'a fee of an oracle',
    from: '    address: "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"\n',
    to: '    address: "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"\n    feeBps: 1\n',
    told: 'coins/usdc.yaml sources[1].feeBps: is for pools only',
  },
  {
    what: 'a source id used twice',
    from: 'id: ethereum/usdc-weth-v3',
    to: 'id: ethereum/usdc-usdt-v3',
    told: 'coins/usdc.yaml sources[3].id: ethereum/usdc-usdt-v3 is the id of a source in',
  },
  {
    what: 'a source id made twice',
    from: '    protocol: erc20',
    to: '    protocol: erc20\n  - chain: ethereum\n    protocol: chainlink\n    address: "0x3E7d1eAB13ad0104d2750B8863b489D65364e32D"',
    told: 'coins/usdc.yaml sources[2]: ethereum/usdc-chainlink is the id of a source in',
    hint: 'Give one of the two an id of its own.',
  },
  {
    what: 'a source watched twice',
    from: '0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640',
    to: '0x3416cF6C708Da44DB2624D63ea0AAef7113527C6',
    told: 'coins/usdc.yaml sources[3]: is watched as ethereum/usdc-usdt-v3 already',
  },
  {
    what: 'an id of another chain',
    from: 'id: ethereum/usdc-weth-v3',
    to: 'id: bsc/usdc-weth-v3',
    told: 'coins/usdc.yaml sources[3].id: does not begin with its chain',
    hint: 'Begin with ethereum/.',
  },
  {
    what: '78 decimals',
    from: 'decimals: 6',
    to: 'decimals: 78',
    told: 'coins/usdc.yaml deployments[0].decimals: must be from 0 to 77',
  },
  {
    what: 'negative decimals',
    from: 'decimals: 6',
    to: 'decimals: -1',
    told: 'coins/usdc.yaml deployments[0].decimals: must be from 0 to 77',
  },
  {
    what: 'a half decimal',
    from: 'decimals: 6',
    to: 'decimals: 1.5',
    told: 'coins/usdc.yaml deployments[0].decimals: must be a whole number from 0 to 77',
  },
  {
    what: 'an address of two coins',
    file: usdt,
    from: '0xdAC17F958D2ee523a2206206994597C13D831ec7',
    to: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    told: 'coins/usdt.yaml deployments[0].address: is the address of USDC on ethereum already',
  },
  {
    what: 'a coin described twice',
    file: usdt,
    from: 'coin: USDT',
    to: 'coin: USDC',
    told: 'coins/usdt.yaml coin: USDC is described by another file too',
  },
];

describe('a fault in a coin file is told as exactly itself', () => {
  it.each(faults)('$what', (fault) => checkFault(usdc, fault));
});
