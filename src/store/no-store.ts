import { PegwatchError } from '../core/errors.js';

export function noStore(folder: string): PegwatchError {
  return new PegwatchError('store-missing', `There is no pegwatch store in ${folder}.`, {
    hint: 'A store is made by `pegwatch run` (in `store.folder` of pegwatch.yaml) or by `pegwatch import`: make it first, or name another folder with --store.',
  });
}
