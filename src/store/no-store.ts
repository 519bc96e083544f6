import { PegwatchError } from '../core/errors.js';

export function noStore(folder: string): PegwatchError {
  return new PegwatchError('store-missing', `There is no pegwatch store in ${folder}.`, {
    hint: 'Name the folder that stands under `store.folder` in pegwatch.yaml; `pegwatch run` makes it.',
  });
}
