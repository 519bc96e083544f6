/** Those that mean that nothing is seen of the chain: nobody may think it calm. */
export const blindnesses: readonly string[] = ['blindSpot', 'chainSilence'];

/** Detectors that are about a whole chain and judge by its own limits: no rule of thresholds.yaml is asked. */
export const chainTroubles: readonly string[] = [...blindnesses, 'endpointDisagreement', 'finalityStalled'];
