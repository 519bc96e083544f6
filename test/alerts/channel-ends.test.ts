// Receivers that hang in their own way: a mail server that goes silent or trickles, a command that cannot be killed.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Channel, SendResult } from '../../src/alerts/channels/channel.js';
import { createClock } from '../../src/edge/clock.js';
import { eventually } from '../helpers/eventually.js';
import { makeAlert } from '../helpers/make-alert.js';
import { startStubborn, trickle } from '../helpers/stubborn-server.js';
import { makeChannel } from './make-channel.js';

const base = { name: 'traders', timeoutMs: 400 } as const;

function send(channel: Channel, signal = new AbortController().signal): Promise<SendResult> {
  return channel.send(makeAlert(), 1, signal, { previous: null, superseded: 0 });
}

/** Answers line by line, and with the last one until the end. */
function says(...lines: readonly string[]): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const next = (): void => void socket.write(`${lines[Math.min(at++, lines.length - 1)]}\r\n`);
    next();
    socket.on('data', () => {
      if (at < lines.length) next();
    });
  };
}

describe('mail ends, with its connection, where the server', () => {
  const mute: Readonly<Record<string, (socket: Socket) => void>> = {
    'does not greet': (socket) => socket.resume(),
    'greets and says nothing more': says('220 mail.test ESMTP'),
    'trickles its greeting': (socket) => trickle(socket, '220-', 'x'),
    'trickles an answer': (socket) => {
      socket.write('220 mail.test ESMTP\r\n');
      socket.once('data', () => trickle(socket, '250-', 'x'));
    },
    'says nothing to the data': says('220 mail.test', '250 mail.test', '250 from', '250 to', '354 go on'),
    'closes its half': (socket) => socket.resume().end('220 mail.test ESMTP\r\n'),
  };
  const mailAt = (port: number): Channel =>
    makeChannel(
      {
        ...base,
        kind: 'email',
        url: `smtp://127.0.0.1:${port}`,
        from: 'pegwatch@example.org',
        to: ['desk@example.org'],
        requireTls: false,
      },
      createClock(),
    );

  test.each(Object.entries(mute))('%s', async (_what, act) => {
    const { port, open, count } = await startStubborn(act);
    expect(await send(mailAt(port))).toMatchObject({ kind: 'retry' });
    expect(count()).toBe(1);
    await eventually(() => open() === 0);
  });

  test('says nothing, and we are asked to stop', async () => {
    const { port, open, count } = await startStubborn((socket) => trickle(socket, '220-', 'x'));
    const stop = new AbortController();
    const sent = send(mailAt(port), stop.signal);
    await eventually(() => count() === 1);
    stop.abort();
    expect(await sent).toMatchObject({ kind: 'retry' });
    await eventually(() => open() === 0);
  });
});

describe('a command', () => {
  function script(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'pegwatch-command-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'hook');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const commandOf = (file: string): Channel =>
    makeChannel({ ...base, kind: 'command', command: [file] }, createClock());
  const isGone = (pid: string): boolean =>
    !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

  test('that ignores every request to end is ended', async () => {
    const file = script(`trap '' TERM INT HUP; echo $$ > "$0.pid"; while :; do sleep 0.05; done`);
    expect(await send(commandOf(file))).toEqual({ kind: 'retry', problem: 'did not end within 0.4 s' });
    const pid = readFileSync(`${file}.pid`, 'utf8').trim();
    await eventually(() => isGone(pid));
  });

  test('that left something behind in a session of its own has said what it had to say', async () => {
    const file = script('setsid sh -c \'echo $$ > "$1.pid"; exec sleep 60\' sh "$0" & sleep 0.1; exit 0');
    expect(await send(commandOf(file))).toEqual({ kind: 'delivered' });
    const pid = await eventually(() => readFileSync(`${file}.pid`, 'utf8').trim());
    kill(Number(pid), 'SIGKILL');
  });

  test('that refuses, and left something behind, is believed too', async () => {
    const file = script('setsid sh -c \'echo $$ > "$1.pid"; exec sleep 60\' sh "$0" & sleep 0.1; exit 65');
    expect(await send(commandOf(file))).toMatchObject({ kind: 'refused' });
    kill(Number(await eventually(() => readFileSync(`${file}.pid`, 'utf8').trim())), 'SIGKILL');
  });
});
