import type { Incident } from '../core/types.js';

/** One line that says what is the matter: `USDC: cascade, critical, on ethereum, arbitrum (began on ethereum)`. */
export function titleOf(
  incident: Pick<Incident, 'coins' | 'chains' | 'leadChain' | 'cascade' | 'life' | 'severity' | 'worst'>,
): string {
  const { coins, chains, leadChain, cascade, life, severity, worst } = incident;
  if (coins.includes('*')) {
    return life === 'easing' || life === 'closed' ? `${leadChain} is heard again` : `${leadChain} is silent`;
  }
  const began = chains.length > 1 ? ` (began on ${leadChain})` : '';
  const what = cascade ? 'cascade' : 'peg in danger';
  const state = {
    open: `${what}, ${severity},`,
    escalated: `${what}, ${severity},`,
    easing: `easing after ${what}, ${worst} at worst,`,
    closed: `over: ${what}, ${worst} at worst,`,
    retracted: `taken back: ${what}, ${severity},`,
  }[life];
  return `${coins.join(', ')}: ${state} on ${chains.join(', ')}${began}`;
}
