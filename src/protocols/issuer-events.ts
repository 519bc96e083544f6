// What issuers do to their own token, event by event, as data: the same few acts under a different name in each
// contract. Shared by the tokens that have an issuer with such powers.

import type { Hex } from '../core/hex.js';
import type { ControlAction, Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { EventWanted } from './protocol.js';

/** A word of an event: an address is checked to be one, anything else is passed over. */
type Word = 'address' | 'other';

interface IssuerEvent {
  readonly signature: string;
  readonly topic0: Hex;
  readonly action: ControlAction;
  readonly indexed: readonly Word[];
  readonly plain: readonly Word[];
  /** Older contracts have the same event with nothing indexed. */
  readonly orPlain?: true;
}

/** Circle's FiatToken (USDC, EURC), which reaches back to OpenZeppelin 1. */
const fiatToken: readonly IssuerEvent[] = [
  {
    signature: 'event Pause()',
    topic0: '0x6985a02210a168e66602d3235cb6db0e70f92b3ba4d376a33c0f3d9434bff625',
    action: 'paused',
    indexed: [],
    plain: [],
  },
  {
    signature: 'event Unpause()',
    topic0: '0x7805862f689e2f13df9f062ff482ad3ad112aca9e0847911ed832e158c525b33',
    action: 'unpaused',
    indexed: [],
    plain: [],
  },
  {
    signature: 'event Blacklisted(address indexed _account)',
    topic0: '0xffa4e6181777692565cf28528fc88fd1516ea86b56da075235fa575af6a4b855',
    action: 'frozen',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event UnBlacklisted(address indexed _account)',
    topic0: '0x117e3210bb9aa7d9baff172026820255c6f6c30ba8999d1c2fd88e2848137c4e',
    action: 'released',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event MinterConfigured(address indexed minter, uint256 minterAllowedAmount)',
    topic0: '0x46980fca912ef9bcdbd36877427b6b90e860769f604e89c0e67720cece530d20',
    action: 'minter',
    indexed: ['address'],
    plain: ['other'],
  },
  {
    signature: 'event MinterRemoved(address indexed oldMinter)',
    topic0: '0xe94479a9f7e1952cc78f2d6baab678adc1b772d936c6583def489e524cb66692',
    action: 'minter',
    indexed: ['address'],
    plain: [],
  },
];

/** What proxies and OpenZeppelin's contracts share. */
const standard: readonly IssuerEvent[] = [
  {
    signature: 'event Upgraded(address indexed implementation)',
    topic0: '0xbc7cd75a20ee27fd9adebab32041f755214dbc6bffa90cc0225b39da2e5c2d3b',
    action: 'upgraded',
    indexed: ['address'],
    plain: [],
    orPlain: true,
  },
  {
    signature: 'event AdminChanged(address previousAdmin, address newAdmin)',
    topic0: '0x7e644d79422f17c01e4894b5f4f588d331ebfa28653d42ae832dc59e38c9798f',
    action: 'owner',
    indexed: [],
    plain: ['address', 'address'],
  },
  {
    signature: 'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
    topic0: '0x8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0',
    action: 'owner',
    indexed: ['address', 'address'],
    plain: [],
    orPlain: true,
  },
  {
    signature: 'event Paused(address account)',
    topic0: '0x62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258',
    action: 'paused',
    indexed: [],
    plain: ['address'],
  },
  {
    signature: 'event Unpaused(address account)',
    topic0: '0x5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa',
    action: 'unpaused',
    indexed: [],
    plain: ['address'],
  },
  {
    signature: 'event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)',
    topic0: '0x2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d',
    action: 'role',
    indexed: ['other', 'address', 'address'],
    plain: [],
  },
  {
    signature: 'event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)',
    topic0: '0xf6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b',
    action: 'role',
    indexed: ['other', 'address', 'address'],
    plain: [],
  },
];

/** Paxos (PYUSD, BUSD, USDP) and Tether's newer contracts (USDT0). What is wiped leaves by a Transfer to zero too. */
const others: readonly IssuerEvent[] = [
  {
    signature: 'event FreezeAddress(address indexed addr)',
    topic0: '0x1aa660498c83ea285bc55e4cfc00afcaa7120798db87b74f3c0d7c6e001bc392',
    action: 'frozen',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event AddressFrozen(address indexed addr)',
    topic0: '0x90811a8edd3b3c17eeaefffc17f639cc69145d41a359c9843994dc2538203690',
    action: 'frozen',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event FrozenAddressWiped(address indexed addr)',
    topic0: '0xfc5960f1c5a5d2b60f031bf534af053b1bf7d9881989afaeb8b1d164db23aede',
    action: 'wiped',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event BlockPlaced(address indexed _user)',
    topic0: '0x406bbf2d8d145125adf1198d2cf8a67c66cc4bb0ab01c37dccd4f7c0aae1e7c7',
    action: 'frozen',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event BlockReleased(address indexed _user)',
    topic0: '0x665918c9e02eb2fd85acca3969cb054fc84c138e60ec4af22ab6ef2fd4c93c27',
    action: 'released',
    indexed: ['address'],
    plain: [],
  },
  {
    signature: 'event DestroyedBlockedFunds(address indexed _blockedUser, uint256 _balance)',
    topic0: '0x6a2859ae7902313752498feb80a014e6e7275fe964c79aa965db815db1c7f1e9',
    action: 'wiped',
    indexed: ['address'],
    plain: ['other'],
  },
];

/** Tether's own contract on Ethereum indexes nothing. */
const tetherOnly: readonly IssuerEvent[] = [
  {
    signature: 'event AddedBlackList(address _user)',
    topic0: '0x42e160154868087d6bfdc0ca23d96a1c1cfa32f1b72ba9ba27b69b98a0d819dc',
    action: 'frozen',
    indexed: [],
    plain: ['address'],
  },
  {
    signature: 'event RemovedBlackList(address _user)',
    topic0: '0xd7e9ec6e6ecd65492dce6bf513cd6867560d49544421d0783ddf06e76c24470c',
    action: 'released',
    indexed: [],
    plain: ['address'],
  },
  {
    signature: 'event Deprecate(address newAddress)',
    topic0: '0xcc358699805e9a8b7f77b522628c7cb9abd07d9efb86b6fb616af1609036a99e',
    action: 'deprecated',
    indexed: [],
    plain: ['address'],
  },
  {
    signature: 'event Params(uint256 feeBasisPoints, uint256 maxFee)',
    topic0: '0xb044a1e409eac5c48e5af22d4af52670dd1a99059537a78b31b48c6500a6354e',
    action: 'fee',
    indexed: [],
    plain: ['other', 'other'],
  },
];

/** For tokens of the ERC-20 kind, whichever issuer they have: a contract emits only what it knows. */
export const issuerEvents: readonly EventWanted[] = [...fiatToken, ...standard, ...others].map(wanted);

export const tetherIssuerEvents: readonly EventWanted[] = [
  ...fiatToken.filter(({ action }) => action === 'paused' || action === 'unpaused'),
  ...tetherOnly,
].map(wanted);

function wanted(event: IssuerEvent): EventWanted {
  const { signature, topic0 } = event;
  return { signature, topic0, decode: (log) => decode(log, event) };
}

function decode(log: LogCursor, { action, indexed, plain, orPlain }: IssuerEvent): Observation | null {
  const unindexed = orPlain === true && log.topicCount === 0;
  const topics = unindexed ? [] : indexed;
  const words = unindexed ? [...indexed, ...plain] : plain;
  if (!log.shape(topics.length, words.length)) return null;
  topics.forEach((word, i) => {
    if (word === 'address') log.addressTopic(i);
  });
  words.forEach((word, i) => {
    if (word === 'address') log.address(i);
  });
  return { kind: 'control', action, subject: subjectOf(log, topics, words) };
}

/** The first address that the event names: the account, the minter, the new code, the owner before. */
function subjectOf(log: LogCursor, topics: readonly Word[], words: readonly Word[]): Hex | null {
  const topic = topics.indexOf('address');
  if (topic >= 0) return `0x${log.topic(topic).slice(26)}`;
  const word = words.indexOf('address');
  return word < 0 ? null : `0x${log.data().slice(2 + word * 64 + 24, 2 + (word + 1) * 64)}`;
}
