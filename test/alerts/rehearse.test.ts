// A dry run shows what each kind of channel would send, to the last line, and keeps every secret and address to itself.
import { describe, expect, it } from 'vitest';
import { channelSecrets } from '../../src/alerts/channel-secrets.js';
import { type ChannelConfig, channelKinds } from '../../src/alerts/channels/index.js';
import { rehearse } from '../../src/alerts/channels/rehearse.js';
import { createClock } from '../../src/edge/clock.js';
import { createRedact } from '../../src/edge/redact.js';
import { makeAlert } from '../helpers/make-alert.js';

const base = { name: 'desk', timeoutMs: 1000, allowPrivate: false };
const key = 'k3y-"quoted"-0123456789';
const hook = 'https://hooks.example.com/services/T0/B0/abcdef0123456789';

const configs: readonly ChannelConfig[] = [
  { ...base, kind: 'alertmanager', url: 'https://alerts.example.com', holdMs: 60_000 },
  { ...base, kind: 'command', command: ['/usr/bin/page', '--urgent'] },
  { ...base, kind: 'discord', url: hook },
  {
    ...base,
    kind: 'email',
    url: `smtp://me:${encodeURIComponent(key)}@mail.example.com:587`,
    from: 'pegwatch <pegwatch@example.org>',
    to: ['desk@example.org'],
    requireTls: true,
  },
  { ...base, kind: 'pagerduty', routingKey: key, apiUrl: 'https://events.example.com/v2' },
  {
    ...base,
    kind: 'slack',
    via: 'token',
    token: key,
    channel: 'C1',
    apiUrl: 'https://slack.example.com/api',
  },
  { ...base, kind: 'telegram', token: key, chat: '-1001', apiUrl: 'https://telegram.example.com' },
  {
    ...base,
    kind: 'webhook',
    url: hook,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    envelope: 'cloudevents',
  },
];

const alert = makeAlert({ channel: 'desk', severity: 'critical' });

async function shown(config: ChannelConfig): Promise<string> {
  const deps = { clock: createClock(), redact: createRedact(channelSecrets(config)), version: '1.2.3' };
  return rehearse(config, alert, deps, new AbortController().signal);
}

describe('the dry run of a channel', () => {
  it('is tried for every kind there is', () => {
    expect(configs.map(({ kind }) => kind)).toEqual(channelKinds.map(({ kind }) => kind));
  });

  it.each(configs)('of kind $kind shows the message and no secret', async (config) => {
    const text = await shown(config);
    expect(text).toContain(alert.incident.title);
    for (const secret of [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), 'abcdef0123456789'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/(hooks|alerts|mail|events|slack|telegram)\.example\.com/);
  });

  it('has the headers, with the name of the channel in the place of its token', async () => {
    const slack = configs.find(({ kind }) => kind === 'slack');
    expect(slack).toBeDefined();
    if (slack !== undefined) expect(await shown(slack)).toContain('authorization: Bearer <desk>');
  });

  it('of a mail has its head, and of a command its call and all of its environment', async () => {
    const texts = new Map<string, string>();
    for (const config of configs) texts.set(config.kind, await shown(config));
    expect(texts.get('email')).toMatch(
      /^from: pegwatch <pegwatch@example\.org>\nto: desk@example\.org\nsubject: /,
    );
    expect(texts.get('command')).toMatch(/^run: \["\/usr\/bin\/page","--urgent"\]\nPATH=/);
    expect(texts.get('command')).toContain('\nPEGWATCH_SEVERITY=critical\n');
  });
});
