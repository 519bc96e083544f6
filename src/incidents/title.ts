import type { Incident } from '../core/types.js';

/** One line that says what is the matter: `USDC: cascade on ethereum, arbitrum (began on ethereum)`. */
export function titleOf(
  incident: Pick<Incident, 'coins' | 'chains' | 'leadChain' | 'cascade' | 'life' | 'severity'>,
): string {
  if (incident.coins.includes('*')) {
    return incident.life === 'easing'
      ? `${incident.leadChain} is heard again`
      : `${incident.leadChain} is silent`;
  }
  const coins = incident.coins.join(', ');
  const where = incident.chains.join(', ');
  const began = incident.chains.length > 1 ? ` (began on ${incident.leadChain})` : '';
  if (incident.life === 'easing') return `${coins}: easing on ${where}${began}`;
  return `${coins}: ${incident.cascade ? 'cascade' : 'peg in danger'}, ${incident.severity}, on ${where}${began}`;
}
