import type { BlockCheck } from './types.js';

/** `2 of 3 endpoints tell the same block; its logs are verified against its header` */
export function checkText({ agreed, of, proven }: BlockCheck): string {
  const told = `${agreed} of ${of} endpoints ${agreed === 1 ? 'tells' : 'tell'} the same block`;
  return proven ? `${told}; its logs are verified against its header` : told;
}

/** Enough of them agree, or nobody needs to. */
export function isAgreedOn({ agreed, wanted, proven }: BlockCheck): boolean {
  return proven || agreed >= wanted;
}
