import { PegwatchError } from '../core/errors.js';
import type { Incident } from '../core/incident.js';
import type { StoreReader } from '../store/store.js';

/** By its id, or by the first characters of it. */
export function findIncident(store: StoreReader, id: string): Incident {
  const exact = store.incident(id);
  if (exact !== null) return exact;
  const wanted = id.startsWith('inc-') ? id : `inc-${id}`;
  const matching = [...store.incidents()].filter((one) => one.id.startsWith(wanted));
  const [only] = matching;
  if (matching.length === 1 && only !== undefined) return only;
  const message =
    matching.length === 0 ? `no incident ${id}` : `${matching.length} incidents begin with ${id}`;
  throw new PegwatchError('no-incident', message, { hint: 'pegwatch incidents list shows the ids' });
}
