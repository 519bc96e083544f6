// What the person at the terminal reads: one line for each thing that happens, in words.

import { styleText } from 'node:util';
import type { ReceivedAlert } from './receiver.js';

export interface Narrator {
  /** From here on times count from zero. */
  begin(): void;
  heading(text: string): void;
  /** Something that a chain did. */
  chain(name: string, text: string): void;
  /** Something that the sandbox itself did. */
  note(text: string): void;
  alert(alert: ReceivedAlert): void;
  plain(text: string): void;
  failure(sentence: string, hint?: string): void;
}

type Style = Parameters<typeof styleText>[0];

const chainStyles: Readonly<Record<string, Style>> = {
  ethereum: 'cyan',
  polygon: 'magenta',
  arbitrum: 'blue',
  bsc: 'yellow',
};
const severityStyles: Readonly<Record<string, Style>> = {
  low: 'green',
  medium: 'yellow',
  high: 'red',
  critical: ['bold', 'white', 'bgRed'],
};

export function createNarrator(
  write: (line: string) => void,
  coloured: boolean,
  now: () => number = Date.now,
): Narrator {
  let beganMs: number | null = null;
  const paint = (style: Style, text: string): string => (coloured ? styleText(style, text) : text);
  const line = (who: string, style: Style, text: string): void => {
    write(`${paint(style, who.padEnd(9))} ${time()}  ${text}`);
  };

  return {
    begin() {
      beganMs = now();
    },
    heading: (text) => write(`\n${paint('bold', text)}`),
    chain: (name, text) => line(name, chainStyles[name] ?? 'reset', text),
    note: (text) => line('sandbox', 'dim', text),
    alert(alert) {
      const severity = alert.severity.toUpperCase();
      const style = alert.reason === 'resolved' ? 'green' : (severityStyles[alert.severity] ?? 'reset');
      // The title begins with its severity in brackets; here the colour and the word before it say that.
      const title = alert.title.replace(/^\[[A-Z]+\] /, '');
      line('ALERT', style, `${paint(style, ` ${severity} ${alert.reason} `)} ${paint('bold', title)}`);
      const aside = ' '.repeat(17);
      write(`${aside}${alert.why}`);
      const newest = newestEvidence(alert);
      if (newest === undefined || alert.reason === 'resolved') return;
      const where = `${newest.chain}, block ${newest.block.number}`;
      write(`${aside}${paint('dim', `${where}: ${newest.sentence}`)}`);
    },
    plain: (text) => write(text),
    failure(sentence, hint) {
      write(`\n${paint('red', 'The sandbox cannot go on.')} ${sentence}`);
      if (hint !== undefined) write(`  ${hint}`);
    },
  };

  function time(): string {
    if (beganMs === null) return '     ';
    const seconds = Math.floor((now() - beganMs) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(5);
  }
}

/** What this alert is about rather than the worst of all that happened: that was told before. */
function newestEvidence({ evidence }: ReceivedAlert): ReceivedAlert['evidence'][number] | undefined {
  return evidence
    .filter(({ severity }) => severity !== null)
    .reduce<(typeof evidence)[number] | undefined>(
      (newest, each) => (newest === undefined || each.block.time > newest.block.time ? each : newest),
      undefined,
    );
}
