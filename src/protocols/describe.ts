// An observation in exact decimal text, for the timeline and the page: no floats, so a reader can check it digit by
// digit against any other decoder.

import type { Amount, Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { unreachable } from '../core/unreachable.js';

export interface ObservationText {
  /** Each token's amount in its smallest unit. */
  readonly rawAmounts?: readonly string[];
  /** The same in whole tokens. */
  readonly amounts?: readonly string[];
  /** The symbols of those amounts. */
  readonly symbols?: readonly string[];
  readonly sqrtPriceX96?: string;
  /** Token 1 per token 0, in whole tokens; twelve significant digits, cut. */
  readonly price?: string;
  readonly tick?: string;
  readonly liquidity?: string;
  readonly liquidityDelta?: string;
  readonly tickLower?: string;
  readonly tickUpper?: string;
  readonly a?: string;
  readonly answer?: string;
  readonly roundId?: string;
  readonly updatedAtMs?: string;
  readonly address?: string;
  /** Of token 0, traded since the report before. */
  readonly volume?: string;
  /** The smallest share of a pool, 0 to 1. */
  readonly leastShare?: string;
  /** What an issuer did. */
  readonly action?: string;
  /** In pegs: what stands behind a coin, and what was issued. */
  readonly held?: string;
  readonly owed?: string;
  readonly minted?: string;
  readonly received?: string;
}

export function describeObservation(source: SourceSpec, observation: Observation): ObservationText {
  switch (observation.kind) {
    case 'swap':
      return { ...amountsText(source, observation.amounts), ...priceText(source, observation) };
    case 'reserves':
      return amountsText(source, observation.amounts);
    case 'range':
      return priceText(source, observation);
    case 'liquidity': {
      const { amounts, liquidityDelta, tickLower, tickUpper } = observation;
      return {
        ...(amounts === null ? {} : amountsText(source, amounts)),
        ...(liquidityDelta === null ? {} : { liquidityDelta: String(liquidityDelta) }),
        ...(tickLower === null ? {} : { tickLower: String(tickLower) }),
        ...(tickUpper === null ? {} : { tickUpper: String(tickUpper) }),
      };
    }
    case 'collect':
      return {
        ...amountsText(source, observation.amounts),
        tickLower: String(observation.tickLower),
        tickUpper: String(observation.tickUpper),
      };
    case 'amplification':
      return { a: String(observation.a) };
    case 'supply':
      return amountsText(source, [observation.delta]);
    case 'totalSupply':
      return amountsText(source, [observation.amount]);
    case 'answer':
      return {
        answer: decimalText(observation.answer, source.answerDecimals ?? 0),
        roundId: String(observation.roundId),
        updatedAtMs: String(observation.updatedAtMs),
      };
    case 'price':
      return {
        price: decimalText(observation.price, 18),
        ...(observation.volume === null ? {} : { volume: decimalText(observation.volume, 18) }),
      };
    case 'leastShare':
      return { leastShare: decimalText(observation.share, 18) };
    case 'backing':
      return { held: decimalText(observation.held, 18), owed: decimalText(observation.owed, 18) };
    case 'issuance':
      return {
        minted: decimalText(observation.minted, 18),
        received: decimalText(observation.received, 18),
      };
    case 'control':
      return {
        action: observation.action,
        ...(observation.subject === null ? {} : { address: observation.subject }),
      };
    case 'emitter':
      return { address: observation.address };
    default:
      return unreachable(observation);
  }
}

/** An integer with its point moved left, without trailing zeros: `decimalText(-1500000n, 6) === '-1.5'`. */
export function decimalText(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

function amountsText(source: SourceSpec, amounts: readonly Amount[]): ObservationText {
  return {
    rawAmounts: amounts.map(String),
    amounts: amounts.map((amount, i) => decimalText(amount, source.tokens[i]?.decimals ?? 0)),
    symbols: amounts.map((_, i) => source.tokens[i]?.symbol ?? '?'),
  };
}

function priceText(
  source: SourceSpec,
  { sqrtPriceX96, tick, liquidity }: Extract<Observation, { kind: 'range' | 'swap' }>,
): ObservationText {
  return {
    ...(sqrtPriceX96 === null
      ? {}
      : { sqrtPriceX96: String(sqrtPriceX96), price: poolPriceText(source, sqrtPriceX96) }),
    ...(tick === null ? {} : { tick: String(tick) }),
    ...(liquidity === null ? {} : { liquidity: String(liquidity) }),
  };
}

/** (sqrtPriceX96 / 2^96)^2 is token 1 per token 0 in raw units (Uniswap V3 whitepaper, 6.1). */
function poolPriceText(source: SourceSpec, sqrtPriceX96: bigint): string {
  const [token0, token1] = source.tokens;
  const numerator = sqrtPriceX96 ** 2n * 10n ** BigInt(token0?.decimals ?? 0);
  const denominator = (10n ** BigInt(token1?.decimals ?? 0)) << 192n;
  return ratioText(numerator, denominator, 12);
}

/** A positive ratio with that many significant digits, cut, as plain decimals. */
function ratioText(numerator: bigint, denominator: bigint, significant: number): string {
  if (numerator === 0n) return '0';
  // The whole part can be too long already: then its digits are all there are.
  const whole = numerator / denominator;
  if (whole > 0n) {
    const decimals = Math.max(0, significant - whole.toString().length);
    return decimalText((numerator * 10n ** BigInt(decimals)) / denominator, decimals);
  }
  const zeros = (denominator / numerator).toString().length;
  const decimals = significant + zeros;
  const digits = ((numerator * 10n ** BigInt(decimals)) / denominator).toString();
  const spare = digits.length - significant;
  return decimalText(BigInt(digits.slice(0, significant)), decimals - spare);
}
