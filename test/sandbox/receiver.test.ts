import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNarrator } from '../../scripts/sandbox/narrator.js';
import { type ReceivedAlert, type Receiver, startReceiver } from '../../scripts/sandbox/receiver.js';
import { message } from '../../src/alerts/message.js';
import { makeAlert } from '../helpers/make-alert.js';

let folder: string;
let file: string;
let receiver: Receiver;
let shown: ReceivedAlert[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegwatch-receiver-'));
  file = join(folder, 'alerts.jsonl');
  shown = [];
  receiver = await startReceiver(file, (alert) => void shown.push(alert));
});

afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const post = async (body: string): Promise<number> =>
  (await fetch(receiver.url, { method: 'POST', body })).status;

test('takes the message that the daemon sends, and keeps it as it came', async () => {
  const sent = message(makeAlert());
  expect(await post(JSON.stringify(sent))).toBe(204);
  expect(receiver.alerts).toHaveLength(1);
  expect(shown[0]?.id).toBe(sent.id);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(sent)));
});

test('an alert that comes again is answered well and shown once', async () => {
  const body = JSON.stringify(message(makeAlert()));
  expect([await post(body), await post(body)]).toEqual([204, 204]);
  expect(shown).toHaveLength(1);
  expect(receiver.repetitions()).toBe(1);
});

test.each([
  ['not json', 'the body is no JSON'],
  ['null', 'the body is no object'],
  ['{}', 'id is missing'],
])('refuses %s and says why', async (body, why) => {
  expect(await post(body)).toBe(400);
  expect(receiver.refused).toEqual([why]);
  expect(shown).toEqual([]);
});

test('a person reads severity, reason, title, why and the first evidence', async () => {
  await post(JSON.stringify(message(makeAlert())));
  const [alert] = shown;
  if (alert === undefined) throw new Error('nothing arrived');
  const lines: string[] = [];
  let nowMs = 0;
  const narrator = createNarrator(
    (line) => void lines.push(line),
    false,
    () => nowMs,
  );
  narrator.begin();
  nowMs = 83_000;
  narrator.alert(alert);
  const text = lines.join('\n');
  expect(text).toContain('ALERT      1:23');
  expect(text).toContain(`${alert.severity.toUpperCase()} ${alert.reason}`);
  expect(text).toContain(alert.why);
  expect(text).toContain(alert.evidence[0]?.sentence);
});
