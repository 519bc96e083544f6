/** The signals that are raised by incidents themselves and not by a detector of a chain (see `incidents/contagion.ts`). */
export const contagionWatch = 'contagionWatch';
