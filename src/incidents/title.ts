import { blindnesses } from '../core/chain-troubles.js';
import { contagionWatch } from '../core/detector-names.js';
import type { Incident } from '../core/incident.js';
import type { Severity } from '../core/severity.js';
import type { Signal } from '../core/signal.js';

/** What a severity means to a holder; a tremor is no danger yet, and is not called one. */
const words: Readonly<Record<Severity, string>> = {
  low: 'first signs',
  medium: 'peg under pressure',
  high: 'peg in danger',
  critical: 'peg in danger',
};

/** Of a whole chain: that it is not seen is the first thing to say. */
function chainTitle(chain: string, over: boolean, signals: readonly Signal[]): string {
  const isDark = ({ detector, severity }: Signal) => detector === 'chainSilence' && severity === 'critical';
  // What is critical about silence is that no other chain was heard either.
  if (!over && signals.some(isDark)) return `pegwatch went blind on every chain, last of all on ${chain}`;
  const stand = signals.filter(({ severity }) => over || severity !== null).map(({ detector }) => detector);
  if (stand.some((detector) => blindnesses.includes(detector)))
    return over ? `pegwatch sees ${chain} again` : `pegwatch is blind on ${chain}`;
  if (stand.length > 0 && stand.every((detector) => detector === 'endpointDisagreement'))
    return over ? `the endpoints of ${chain} agree again` : `endpoints of ${chain} disagree`;
  return over ? `${chain} is well again` : `${chain} is not in order`;
}

/** One line that says what is the matter: `USDC: cascade, critical, on ethereum, arbitrum (began on ethereum)`. */
export function titleOf(
  incident: Pick<
    Incident,
    'coins' | 'chains' | 'leadChain' | 'spreading' | 'cascade' | 'life' | 'severity' | 'worst' | 'signals'
  >,
): string {
  const { coins, chains, leadChain, spreading, cascade, life, severity, worst, signals } = incident;
  if (coins.includes('*')) {
    return chainTitle(leadChain, life === 'easing' || life === 'closed', signals);
  }
  const from = spreading && (life === 'open' || life === 'escalated') ? 'spreading from' : 'began on';
  const began = chains.length > 1 ? ` (${from} ${leadChain})` : '';
  const now = `${cascade ? 'cascade' : words[severity]}, ${severity},`;
  const was = `${cascade ? 'cascade' : words[worst]}, ${worst} at worst,`;
  const state = {
    open: now,
    escalated: now,
    easing: `easing after ${was}`,
    closed: `over: ${was}`,
    retracted: `taken back: ${now}`,
  }[life];
  // Loose ties stand in the evidence only.
  const watched = signals.filter((one) => one.detector === contagionWatch && one.severity === 'medium');
  const watch = watched.length === 0 ? '' : `; watch ${watched.map(({ coin }) => coin).join(', ')}`;
  return `${coins.join(', ')}: ${state} on ${chains.join(', ')}${began}${watch}`;
}
