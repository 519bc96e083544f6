/** Detectors that are about a whole chain and judge by its own limits: no rule of thresholds.yaml is asked. */
export const chainTroubles: readonly string[] = ['blindSpot', 'chainSilence', 'finalityStalled'];
