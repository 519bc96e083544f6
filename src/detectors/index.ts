// All detectors, in alphabetical order. One more judgement is one more file and one more line here.

import { collateralRatio } from './collateral-ratio.js';
import type { Detector } from './detector.js';
import { escrowDeficit } from './escrow-deficit.js';
import { executableDeviation } from './executable-deviation.js';
import { issuerControl } from './issuer-control.js';
import { liquidityDrain } from './liquidity-drain.js';
import { marketDeviation } from './market-deviation.js';
import { mintedAgainstReceived } from './minted-against-received.js';
import { netFlow } from './net-flow.js';
import { oneSidedExit } from './one-sided-exit.js';
import { oracleDeviation } from './oracle-deviation.js';
import { oracleDivergence } from './oracle-divergence.js';
import { oracleFrozen } from './oracle-frozen.js';
import { oracleStale } from './oracle-stale.js';
import { poolImbalance } from './pool-imbalance.js';
import { priceDeviation } from './price-deviation.js';
import { supplyShock } from './supply-shock.js';
import { volumeSurge } from './volume-surge.js';

export const detectors: readonly Detector[] = [
  collateralRatio,
  escrowDeficit,
  executableDeviation,
  issuerControl,
  liquidityDrain,
  marketDeviation,
  mintedAgainstReceived,
  netFlow,
  oneSidedExit,
  oracleDeviation,
  oracleDivergence,
  oracleFrozen,
  oracleStale,
  poolImbalance,
  priceDeviation,
  supplyShock,
  volumeSurge,
];
