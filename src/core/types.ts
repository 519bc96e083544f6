// The nouns of pegwatch, in the order in which data flows through the rooms:
// chain -> reading -> observation -> (series) -> signal -> incident -> alert.

import type { HookCall } from './hook.js';
import type { Suppressed } from './routing.js';
import type { RunningDigest } from './running-digest.js';
import type { AlertPlaybook } from './spec.js';

/** `0x` and lower-case hexadecimal digits. */
export type Hex = `0x${string}`;

/** A chain's configured name, for example `ethereum`. */
export type ChainName = string;

/** A coin's configured symbol, for example `USDC`; `*` in a signal about a whole chain. */
export type CoinName = string;

// ---------------------------------------------------------------- what is watched

/** What kind of thing a source is; detectors say which kind they judge. */
export type SourceType = 'pool' | 'oracle' | 'token' | 'vault' | 'escrow' | 'issuer';

/** One token of a source. `coin` is null for a token that has no peg of ours (WETH in a USDC pool). */
export interface TokenSpec {
  readonly symbol: string;
  readonly address: Hex;
  readonly decimals: number;
  readonly coin: CoinName | null;
}

/** One thing on one chain that is watched: a pool, an oracle feed, a token's supply. */
export interface SourceSpec {
  /** Stable and unique over all chains, for example `ethereum/usdc-usdt-v3`. */
  readonly id: string;
  readonly chain: ChainName;
  /** The coin in whose file the source stands. */
  readonly coin: CoinName;
  /** A name in `protocols/index.ts`. */
  readonly protocol: string;
  readonly address: Hex;
  /** Pool: in the contract's coin order. Token and oracle: exactly one. */
  readonly tokens: readonly TokenSpec[];
  /** Oracle only: the longest time between two answers that the operator of the feed promises. */
  readonly heartbeatMs: number | null;
  /** Oracle only: decimals of the answer. */
  readonly answerDecimals: number | null;
  /** Pool only: what a trade costs, in basis points; left out where it is not known, which is judged as none. */
  readonly feeBps?: number;
}

export interface CoinSpec {
  readonly coin: CoinName;
  /** Value of one coin in US dollars while the peg holds. */
  readonly pegUsd: number;
}

export interface ChainSpec {
  readonly chain: ChainName;
  readonly chainId: number;
  readonly blockTimeMs: number;
  /** Finality that has not moved for this long is a signal; left out: never. */
  readonly finalityStalledAfterMs?: number;
  /** So many endpoints must tell the same block with the same logs before a critical on it is confirmed; left out: 1. */
  readonly agreement?: number;
}

// ---------------------------------------------------------------- readings

/** A block header, as light as the engine needs it. */
export interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** The chain's own time, milliseconds since 1970. */
  readonly timeMs: number;
}

/** Which endpoint a block came from, by its configured name: announced by it, asked for, or asked for a second time. */
export interface Via {
  readonly endpoint: string;
  readonly how: 'pushed' | 'fetched' | 'confirmed';
}

/** A log as a node words it, with its numbers already read. */
export interface RawLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hex;
  readonly logIndex: number;
}

/** The answer of one `eth_call` at a block; `data` is null where the call failed or reverted. */
export interface CallReading {
  readonly source: string;
  /** The name of the call in the source's protocol. */
  readonly call: string;
  readonly data: Hex | null;
}

// ---------------------------------------------------------------- observations

/** A token amount in the token's smallest unit. Positive: into the pool (or minted); negative: out (or burned). */
export type Amount = bigint;

/**
 * An act of an issuer. `paused`: nobody can move the token. `frozen`, `released`, `wiped`: one account. `minter`: who
 * may mint, and how much. `upgraded`: other code. `owner`, `role`: other hands. `deprecated`: another contract stands
 * in for it. `fee`: what a transfer costs.
 */
export type ControlAction =
  | 'paused'
  | 'unpaused'
  | 'frozen'
  | 'released'
  | 'wiped'
  | 'minter'
  | 'upgraded'
  | 'owner'
  | 'role'
  | 'deprecated'
  | 'fee';

/** A typed fact, read from one log or one call. Amounts stand in the source's token order. */
export type Observation =
  /** A trade: what went into and out of the pool, and the price after it where the event tells it. */
  | {
      readonly kind: 'swap';
      readonly amounts: readonly Amount[];
      /** Uniswap V3 only: square root of token1 per token0 (raw units), times 2^96. */
      readonly sqrtPriceX96: bigint | null;
      /** Uniswap V3 only: liquidity in range after the trade. */
      readonly liquidity: bigint | null;
      readonly tick: number | null;
    }
  /** Absolute reserves of a pool. */
  | { readonly kind: 'reserves'; readonly amounts: readonly Amount[] }
  /** The present state of a concentrated pool, read by call. */
  | {
      readonly kind: 'range';
      readonly sqrtPriceX96: bigint | null;
      readonly liquidity: bigint | null;
      readonly tick: number | null;
    }
  /** Liquidity added (positive) or removed (negative); `amounts` is null where the event does not tell the coin. */
  | {
      readonly kind: 'liquidity';
      readonly amounts: readonly Amount[] | null;
      /** Uniswap V3 only: signed change of liquidity between the two ticks. */
      readonly liquidityDelta: bigint | null;
      readonly tickLower: number | null;
      readonly tickUpper: number | null;
    }
  /** What a position had earned or given up leaves a concentrated pool: neither price nor liquidity changes by it. */
  | {
      readonly kind: 'collect';
      readonly amounts: readonly Amount[];
      readonly tickLower: number;
      readonly tickUpper: number;
    }
  /** StableSwap amplification as returned by `A()`. */
  | { readonly kind: 'amplification'; readonly a: bigint }
  /** Supply change: positive minted, negative burned. */
  | { readonly kind: 'supply'; readonly delta: Amount }
  | { readonly kind: 'totalSupply'; readonly amount: Amount }
  /** An oracle's answer in its own decimals. */
  | {
      readonly kind: 'answer';
      readonly answer: bigint;
      readonly roundId: bigint;
      readonly updatedAtMs: number;
    }
  /**
   * What a market or a reference reports: the price of token 0 in token 1, and how much of token 0 was traded since
   * the report before (null where it does not say), both with 18 decimals.
   */
  | { readonly kind: 'price'; readonly price: bigint; readonly volume: bigint | null }
  /** The smallest share that a coin has of a pool, 18 decimals, by a report that does not say which coin it is. */
  | { readonly kind: 'leastShare'; readonly share: bigint }
  /** What a vault or an escrow holds and what it owes, both in pegs with 18 decimals, by a report. */
  | { readonly kind: 'backing'; readonly held: bigint; readonly owed: bigint }
  /** What an issuer minted and received since the report before, likewise. */
  | { readonly kind: 'issuance'; readonly minted: bigint; readonly received: bigint }
  /** What an issuer did to its token; `subject`: the address that the event names first, if any. */
  | { readonly kind: 'control'; readonly action: ControlAction; readonly subject: Hex | null }
  /** The contract that emits this source's events, where it is not the source's own address. */
  | { readonly kind: 'emitter'; readonly address: Hex };

// ---------------------------------------------------------------- judgement

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** The values a judgement was made of, by quantity name; units stand last in the names. */
export type Quantities = Readonly<Record<string, number>>;

/** What one detector measures of one coin at one source at this moment, whatever its rule thinks of it. */
export interface Measured {
  readonly detector: string;
  readonly coin: CoinName;
  readonly source: string;
  readonly values: Quantities;
}

/** Where a fact stands on its chain. `transactionHash` is null where no single transaction caused it. */
export interface Evidence {
  readonly chain: ChainName;
  readonly source: string;
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly blockTimeMs: number;
  readonly transactionHash: Hex | null;
  /** How much later than its block it was judged, where that is long: it was found while catching up. */
  readonly lateMs?: number;
  readonly values: Quantities;
  /** The rule that spoke: its expression, and the numbers it compares with. */
  readonly rule: string;
  readonly thresholds: Quantities;
}

/**
 * A detector's judgement about one coin at one source. A signal is a transition: it is raised when the
 * severity changes and not again until it changes again. `severity: null` says that the matter has eased.
 */
export interface Signal {
  /** Made of chain data: the same in a replay, after a restart, in a second instance. */
  readonly id: string;
  /** What the signal is about: detector, source and coin. Two signals with one subject follow each other. */
  readonly subject: string;
  readonly detector: string;
  readonly coin: CoinName;
  readonly chain: ChainName;
  readonly source: string;
  readonly severity: Severity | null;
  /** 0 (nothing) to 1 (as bad as it gets), as the rule says. */
  readonly impact: number;
  /** Engine time of the judgement. */
  readonly atMs: number;
  readonly evidence: Evidence;
  readonly sentence: string;
}

export type IncidentLife = 'open' | 'escalated' | 'easing' | 'closed' | 'retracted';

/** The first signal of an incident on one chain; the first of high impact where there was one. */
export interface Onset {
  readonly chain: ChainName;
  readonly blockTimeMs: number;
  readonly highImpact: boolean;
}

/**
 * Why blocks are missing. `behind`: heads come faster than they are read; `silent`: nobody told of new heads;
 * `stopped`: pegwatch did not run; these are read in order and their hole closes by that. `unreadable`: no endpoint gives
 * their logs; `reorg`: what replaced blocks below the kept window is not known; these are passed over and tried again.
 */
export type HoleReason = 'behind' | 'silent' | 'stopped' | 'unreadable' | 'reorg';

/** Blocks that were not watched while something was going on. */
export interface BlindSpot {
  readonly chain: ChainName;
  readonly from: number;
  readonly to: number;
  readonly why: HoleReason;
  /** The last block before it, by its own time. */
  readonly sinceMs: number;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
}

/** Endpoints of one chain that tell different things of one block, and what is known of who is wrong. */
export interface Disagreement {
  /** The block; of a range the first about which they differ. */
  readonly number: number;
  /** Whose word is not believed, by its configured name; null: not known any more. */
  readonly endpoint: string | null;
  /** Other logs of the block, or another block where blocks are final. */
  readonly what: 'logs' | 'blocks';
  /** What settled it: the block's own receipts, more logs told by others, or nothing yet. */
  readonly by: 'receipts' | 'most-logs' | 'unsettled';
  /** The engine had been given what was wrong. */
  readonly reached: boolean;
  /** When it was seen first. */
  readonly sinceMs: number;
  /** How often it was seen since it was told last. */
  readonly times: number;
}

/** Signals that belong together. One incident is one conversation with each channel. */
export interface Incident {
  /** A hash of the signal that opened it. */
  readonly id: string;
  readonly life: IncidentLife;
  /** How bad it is now. */
  readonly severity: Severity;
  /** How bad it was when it opened. */
  readonly openedSeverity: Severity;
  /** The worst severity it ever had. */
  readonly worst: Severity;
  readonly coins: readonly CoinName[];
  readonly chains: readonly ChainName[];
  /** Where and when it began on each chain, by block time; kept when the signals themselves have moved on. */
  readonly onsets: readonly Onset[];
  /** Where it came from, by two of three witnesses (see `incidents/movement.ts`). */
  readonly leadChain: ChainName;
  /** The share of the witnesses that name the lead; 0 on one chain. */
  readonly leadConfidence: number;
  /** More than half of its pairs of chains moved together in the last hour. */
  readonly spreading: boolean;
  /** Three or more high-impact signals of distinct sources stood within the window, at some time. */
  readonly cascade: boolean;
  readonly openedAtMs: number;
  readonly updatedAtMs: number;
  /** Since when all of its signals have eased; null while one stands. */
  readonly easingSinceMs: number | null;
  readonly closedAtMs: number | null;
  /** The present signal of each subject, oldest first; eased ones stay with `severity: null`. */
  readonly signals: readonly Signal[];
  readonly title: string;
  /** What was not watched on its chains while it lasted; left out where all of it was. */
  readonly blindSpots?: readonly BlindSpot[];
}

/** Why an alert is sent now. */
export type Reason =
  | 'opened'
  | 'escalated'
  | 'spread'
  | 'repeat'
  | 'easing'
  | 'resolved'
  | 'retracted'
  /** Nothing that rings: every block behind it is final now. */
  | 'confirmed'
  /** The chain dropped blocks, and what stands is less than what was told. */
  | 'revised'
  /** Nothing that rings: the numbers of a standing incident as they are now, for a message that can be edited. */
  | 'digest';

export type AlertState = 'provisional' | 'confirmed' | 'retracted' | 'resolved';

/** What came of asking around about a block. */
export interface BlockCheck {
  /** Endpoints that tell the same block with the same logs. */
  readonly agreed: number;
  /** Endpoints that are configured. */
  readonly of: number;
  /** So many of them are wanted before a critical on it is confirmed. */
  readonly wanted: number;
  /** Its logs were read out of its receipts, and these make the root in its header. */
  readonly proven: boolean;
}

/** How busy a block was; null stands for what nobody told, or told in a way that makes no sense. Never judged. */
export interface BlockContext {
  readonly transactions: number | null;
  /** Transactions that were mined and reverted: who sent them paid and got nothing. Null without receipts. */
  readonly failed: number | null;
  /** Null on chains without a base fee. */
  readonly baseFeeGwei: number | null;
  /** The base fee against the median of the chain's blocks before; null where too few of them are known. */
  readonly baseFeeTimesUsual: number | null;
  /** Gas used of what the block could hold, 0..1. */
  readonly gasUsedShare: number | null;
}

/** The same with the block that it is about. */
export interface NamedContext extends BlockContext {
  readonly chain: ChainName;
  readonly blockNumber: number;
  readonly blockHash: Hex;
}

/** What one channel is told about one incident, once. */
export interface Alert {
  /** Stable over retries and restarts: incident, channel and sequence. */
  readonly id: string;
  readonly incidentId: string;
  readonly channel: string;
  /** 1 for the first alert of this incident on this channel, rising. */
  readonly sequence: number;
  readonly reason: Reason;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly atMs: number;
  readonly incident: Incident;
  /** What had kept it back until now; left out: nothing. */
  readonly after?: Pick<Suppressed, 'why' | 'detail'> & {
    /** That still holds, and this is too bad to be held back by it. */
    readonly through?: true;
  };
  /** Set where it opens anew: as what the channel had been told of its end, and when that was. */
  readonly back?: { readonly was: 'resolved' | 'retracted'; readonly sinceMs: number };
  /** What was asked about the block of its worst critical signal; left out where nothing was, or not yet. */
  readonly check?: BlockCheck;
  /** How busy the block of its worst critical signal was; left out where nobody was asked, or not yet. */
  readonly context?: NamedContext;
  /** What to do about it, the most fitting first; left out where nothing is written down. */
  readonly playbooks?: readonly AlertPlaybook[];
  /** The numbers of the incident so far, and what is new since the channel was told last. */
  readonly digest?: RunningDigest;
  /** This goes to the operator's own automation and not to a person (see `core/hook.ts`). */
  readonly hook?: HookCall;
}

/** Something that should not have happened and was survived: counted, kept (bounded), shown. */
export interface Problem {
  readonly code:
    | 'log-malformed'
    | 'log-unknown-emitter'
    | 'call-failed'
    | 'call-malformed'
    | 'rule-degraded'
    | 'reorg-too-deep'
    | 'triage-full';
  readonly chain: ChainName | null;
  readonly source: string | null;
  readonly message: string;
  /** The offending raw words, cut to a bounded length. */
  readonly raw: string | null;
  /** How many others it stands for, that were counted and not kept; left out: only for itself. */
  readonly count?: number;
}
