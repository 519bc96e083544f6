// The scoreboard's plots: a page that stands alone, with the series of each incident, its references and the alarms.

import type { Signal } from '../core/signal.js';
import type { Scoreboard } from './scoreboard.js';
import { headline, moment } from './scoreboard-page.js';
import type { KnownIncident } from './scoreboard-questions.js';

export interface PlottedSeries {
  readonly id: string;
  readonly coins: readonly string[];
  readonly samples: readonly (readonly [atMs: number, value: number])[];
}

const width = 900;
const height = 180;
const left = 60;
const colours = { low: '#999999', medium: '#c9a400', high: '#e07000', critical: '#c00020' } as const;

export function scoreboardPlots(
  board: Scoreboard,
  series: readonly PlottedSeries[],
  signals: readonly Signal[],
  title: string,
): string {
  const parts = board.incidents
    .filter(({ incident }) => incident.references.length > 0 && incident.coin !== '-')
    .map(({ incident }) => {
      const own = series.filter(({ coins }) => coins.includes(incident.coin));
      const plots = own.map((one) => plot(one, incident, signals)).filter((svg) => svg !== '');
      return `<h2>${escaped(`${incident.id} (${incident.coin})`)}</h2>${plots.join('\n')}`;
    });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em}
svg{width:100%;height:auto;background:#fafafa;border:1px solid #ddd;margin:.3em 0}figcaption{font-size:13px;color:#444}figure{margin:1em 0}</style></head>
<body><h1>${escaped(title)}</h1><p>${escaped(headline(board))}</p>
<p>Dashed lines are the references; marks on the line are signals: ${Object.entries(colours)
    .map(([severity, colour]) => `<span style="color:${colour}">&#9679; ${severity}</span>`)
    .join(', ')}. Times are UTC, at the moment at which a value could be known.</p>
${parts.join('\n')}
</body></html>
`;
}

function plot({ id, samples }: PlottedSeries, incident: KnownIncident, signals: readonly Signal[]): string {
  const { fromMs, toMs } = incident.window;
  const shown = samples.filter(([atMs]) => atMs >= fromMs && atMs < toMs);
  if (shown.length < 2) return '';
  const values = shown.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (atMs: number): string =>
    (left + ((atMs - fromMs) / (toMs - fromMs)) * (width - left - 10)).toFixed(1);
  const y = (value: number): string =>
    (height - 25 - ((value - low) / (high - low || 1)) * (height - 45)).toFixed(1);
  const path = thinned(shown)
    .map(([atMs, value], i) => `${i === 0 ? 'M' : 'L'}${x(atMs)} ${y(value)}`)
    .join('');
  const references = incident.references
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .map(
      ({ name, atMs }) =>
        `<line x1="${x(atMs)}" x2="${x(atMs)}" y1="15" y2="${height - 25}" stroke="#4060c0" stroke-dasharray="4 3"><title>${escaped(`${name}, ${moment(atMs)}`)}</title></line>`,
    );
  const marks = signals
    .filter((one) => one.source === id && one.coin === incident.coin && one.atMs >= fromMs && one.atMs < toMs)
    .flatMap(({ severity, atMs, detector }) =>
      severity === null
        ? []
        : [
            `<circle cx="${x(atMs)}" cy="${height - 25}" r="4" fill="${colours[severity]}"><title>${escaped(`${detector}: ${severity}, ${moment(atMs)}`)}</title></circle>`,
          ],
    );
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(id)}">
<text x="4" y="20" font-size="11">${high.toPrecision(5)}</text><text x="4" y="${height - 25}" font-size="11">${low.toPrecision(5)}</text>
<text x="${left}" y="${height - 6}" font-size="11">${moment(fromMs)}</text><text x="${width - 110}" y="${height - 6}" font-size="11">${moment(toMs)}</text>
<path d="${path}" fill="none" stroke="#222" stroke-width="1"/>${references.join('')}${marks.join('')}</svg>
<figcaption>${escaped(id)}</figcaption></figure>`;
}

/** At most some 900 points: of each stretch its lowest and its highest, so that no spike is lost. */
function thinned(samples: PlottedSeries['samples']): PlottedSeries['samples'] {
  const size = Math.ceil(samples.length / 450);
  if (size <= 2) return samples;
  const kept: (readonly [number, number])[] = [];
  for (let i = 0; i < samples.length; i += size) {
    const stretch = samples.slice(i, i + size).toSorted((a, b) => a[1] - b[1]);
    const ends = [stretch[0], stretch.at(-1)].filter((one) => one !== undefined);
    kept.push(...ends.toSorted((a, b) => a[0] - b[0]));
  }
  return kept;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
