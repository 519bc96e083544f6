// The channels of pegwatch.yaml: where alerts go (with URL and secret, for the edge) and what each is told (for
// the engine).

import type { ChannelSpec } from '../core/spec.js';
import { fieldOf, soundRows } from './check-shape.js';
import type { WebhookConfig } from './config.js';
import { webhookRow } from './main-file.js';
import type { YamlFile } from './yaml-file.js';

export interface Channels {
  readonly configs: readonly WebhookConfig[];
  readonly specs: readonly ChannelSpec[];
}

export function loadChannels(file: YamlFile): Channels {
  const configs: WebhookConfig[] = [];
  const specs: ChannelSpec[] = [];
  const names = new Set<string>();

  soundRows(webhookRow, fieldOf(file.tree, 'channels')).forEach((row, i) => {
    const { name, kind, url, timeoutMs, minSeverity, groupMs, repeatMs } = row;
    if (name !== undefined && names.has(name)) {
      file.report(['channels', i, 'name'], `${name} is the name of another channel already`);
    }
    if (name !== undefined) names.add(name);
    if (row.enabled === false) return;
    const label = name ?? `channel ${i + 1}`;
    if (url === undefined)
      file.report(['channels', i, 'url'], 'is missing', 'Give it as url or as url_file.');
    else if (url === null)
      file.note(['channels', i], `${label} has an empty url and is left out: it tells nobody`);

    if (name === undefined || kind === undefined || url === undefined || url === null) return;
    if (timeoutMs === undefined || minSeverity === undefined || groupMs === undefined) return;
    configs.push({ name, kind, url, secret: row.secret || null, timeoutMs });
    specs.push({ name, kind, minSeverity, groupMs, repeatMs: repeatMs ?? null });
  });
  return { configs, specs };
}
