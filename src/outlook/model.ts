// The trained model as it ships (`config/model.json`): the numbers of a weighted sum, and how they came about.

export interface OutlookModel {
  /** It did no better than the base rate on incidents that it was not trained on: it shows no number. */
  readonly quiet: boolean;
  /** One sentence: how good it was. */
  readonly why: string;
  readonly horizonHours: number;
  readonly baseRate: number;
  readonly intercept: number;
  /** `mean` and `spread` of the feature as scaled, over the training data. */
  readonly features: readonly {
    readonly name: string;
    readonly mean: number;
    readonly spread: number;
    readonly weight: number;
  }[];
  readonly training: TrainingRecord;
}

export interface TrainingRecord {
  readonly date: string;
  readonly data: string;
  readonly samples: number;
  readonly positives: number;
  readonly onsets: readonly { readonly coin: string; readonly at: string }[];
  /** What was tried, all scored alike on incidents that were held out. */
  readonly candidates: readonly ({
    readonly name: string;
    readonly shipped: boolean;
    /** The same with price pages, which call far more hours critical: whether a choice was luck. Null: not tried. */
    readonly skillWithPages: number | null;
  } & Score)[];
  /** The shipped one, incident by incident. */
  readonly folds: readonly ({ readonly held: string } & Score)[];
  /** Its forecasts on what was held out, by how high they were. */
  readonly reliability: readonly {
    readonly from: number;
    readonly to: number;
    readonly forecasts: number;
    readonly meanForecast: number;
    readonly observed: number;
  }[];
}

export interface Score {
  readonly samples: number;
  readonly positives: number;
  readonly brier: number;
  /** The Brier score of always saying the base rate of the training data. */
  readonly baseBrier: number;
  /** 1 - brier / baseBrier: above zero is better than the base rate. */
  readonly skill: number;
}
