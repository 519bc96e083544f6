// What the HTTP views may do about silences: see those that stand, and ask for others as the command line does.

import type { Config } from './config/config.js';
import type { Clock } from './core/ports.js';
import type { Engine } from './engine.js';
import type { SilenceDesk } from './http/silences.js';
import { endRequest, silenceNames, silenceRequest } from './silence-wish.js';
import { writeRequest } from './store/request-folder.js';

export interface DeskDeps {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** The part of the configuration that it needs. */
export interface DeskConfig {
  readonly spec: Config['spec'];
  readonly http: Pick<Config['http'], 'writeToken'>;
  readonly store: Pick<Config['store'], 'folder'>;
}

export function silenceDesk(config: DeskConfig, { engine, clock }: DeskDeps): SilenceDesk {
  const { state } = engine;
  const names = silenceNames(config.spec, (id) => state.incidents?.book.has(id) === true);
  return {
    token: config.http.writeToken,
    list: () => [...state.silences.values()].filter(({ untilMs }) => untilMs > clock.now()),
    add(given) {
      const request = silenceRequest(given, names, clock.now());
      writeRequest(config.store.folder, request, clock.now());
      return request.silenceId;
    },
    end(id, given) {
      const request = endRequest(id, given);
      if (!state.silences.has(id)) return false;
      writeRequest(config.store.folder, request, clock.now());
      return true;
    },
  };
}
