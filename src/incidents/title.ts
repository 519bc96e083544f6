import { contagionWatch } from '../core/detector-names.js';
import { severityRank } from '../core/severity.js';
import type { Incident, Severity } from '../core/types.js';

/** What a severity means to a holder; a tremor is no danger yet, and is not called one. */
const words: Readonly<Record<Severity, string>> = {
  low: 'first signs',
  medium: 'peg under pressure',
  high: 'peg in danger',
  critical: 'peg in danger',
};

/** A matter of a whole chain that is worse than medium means that it is not watched. */
function chainTitle(chain: string, over: boolean, severity: Severity, worst: Severity): string {
  if (over) return severityRank(worst) > 2 ? `pegwatch sees ${chain} again` : `${chain} is well again`;
  return severityRank(severity) > 2 ? `pegwatch is blind on ${chain}` : `${chain} is not in order`;
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
    return chainTitle(leadChain, life === 'easing' || life === 'closed', severity, worst);
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
