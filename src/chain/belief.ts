import type { ChainConfig } from '../config/config.js';
import type { Hex } from '../core/hex.js';
import type { Finality } from './finality.js';
import type { ChainDeps } from './ports.js';
import type { Requests } from './requests.js';
import type { Tuning } from './tuning.js';

/**
 * Whether to believe that final blocks died. An endpoint must say so again after it has proved anew which chain it
 * serves, and another one must agree where one is configured; alone it is believed only after having insisted for long.
 */
export class Belief {
  #strikes = 0;
  /** Who has claimed it since the chain last went on. */
  readonly #claimants = new Set<string>();

  constructor(
    private readonly chain: ChainConfig,
    private readonly parts: { readonly requests: Requests; readonly finality: Finality },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {}

  /** Counts a claim of the endpoint that answered last; true where it is to be believed now. */
  sure({ dead }: { readonly dead: readonly Hex[] }): boolean {
    const { requests, finality } = this.parts;
    const { tooDeepStrikes } = this.deps.tuning;
    const endpoint = requests.lastGood;
    if (endpoint !== null) this.#claimants.add(endpoint);
    this.#strikes++;
    const agreed = this.#claimants.size >= Math.min(2, this.chain.endpoints.length);
    const sure = this.#strikes >= (agreed ? tooDeepStrikes : tooDeepStrikes * 10);
    const fields = { chain: this.chain.chain, endpoint, finalized: finality.announced, dead: dead.length };
    this.deps.log.error(
      fields,
      sure ? 'a reorg below finality is believed' : 'a reorg below finality is claimed',
    );
    if (sure) this.reset();
    else if (endpoint !== null) requests.distrust(endpoint, 'claims a reorg below finality');
    return sure;
  }

  reset(): void {
    this.#strikes = 0;
    this.#claimants.clear();
  }
}
