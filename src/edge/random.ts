import type { Random } from '../core/ports.js';

/** The real dice: for jitter only, never for ids or judgement. */
export const random: Random = Math.random;
