import { describe, it } from 'vitest';
import { checkFault, type Fault } from './small-config.js';

const main = 'config/pegwatch.yaml';

const faults: readonly Fault[] = [
  {
    what: 'an unknown key',
    from: 'host:',
    to: 'hots: x\n  host:',
    told: 'pegwatch.yaml http.hots: is not known here',
    hint: 'Did you mean host?',
  },
  { what: 'a missing key', from: '  port: 9464', to: '', told: 'pegwatch.yaml http.port: is missing' },
  {
    what: 'a wrong type',
    from: 'host: 127.0.0.1',
    to: 'host: [a]',
    told: 'pegwatch.yaml http.host: must be text, not a list',
  },
  {
    what: 'a port out of range',
    from: '9464',
    to: '65536',
    told: 'pegwatch.yaml http.port: must be a whole number from 0 (any free port) to 65535',
  },
  {
    what: 'a port that is no number',
    from: '9464',
    to: 'http',
    told: 'pegwatch.yaml http.port: must be a whole number from 0',
  },
  {
    what: 'an unknown word',
    from: 'level: info',
    to: 'level: inof',
    told: 'pegwatch.yaml log.level: must be one of debug, info, warn, error',
    hint: 'Did you mean info?',
  },
  {
    what: 'a time that is none',
    from: 'timeoutMs: 5s',
    to: 'timeoutMs: soon',
    told: 'pegwatch.yaml channels[0].timeoutMs: must be a time with its unit, such as 250ms, 12s',
  },
  {
    what: 'a time without a unit',
    from: 'timeoutMs: 5s',
    to: 'timeoutMs: 5',
    told: 'pegwatch.yaml channels[0].timeoutMs: is a number without a unit: write a time such as 250ms, 12s',
  },
  {
    what: 'a time without a unit where never is another answer',
    from: 'repeatMs: 4h',
    to: 'repeatMs: 4',
    told: 'pegwatch.yaml channels[0].repeatMs: is a number without a unit',
  },
  {
    what: 'a time with the unit of another one',
    from: 'groupMs: 15m',
    to: 'groupMs: 15ms',
    told: 'pegwatch.yaml channels[0].groupMs: must be from 100ms to 1d',
  },
  {
    what: 'such a time where never is another answer',
    from: 'repeatMs: 4h',
    to: 'repeatMs: 4000d',
    told: 'pegwatch.yaml channels[0].repeatMs: must be from 1m to 30d',
  },
  {
    what: 'a size that is none',
    from: '2GiB',
    to: 'much',
    told: 'pegwatch.yaml store.softFreeBytes: must be a size such as 512MiB or 2GB',
  },
  {
    what: 'a webhook that is no URL',
    from: 'http://127.0.0.1:9000/hook',
    to: 'ftp://x/y',
    told: 'pegwatch.yaml channels[0].url: must be a URL that begins with http:// or https://',
  },
  {
    what: 'a webhook in a private network that was not allowed',
    from: '    allowPrivate: true\n',
    to: '',
    told: 'pegwatch.yaml channels[0].url: is an address of this machine or of a private network',
    hint: 'Set allowPrivate: true if alerts are meant to go there.',
  },
  {
    what: 'a channel about a coin that nothing watches',
    from: '    allowPrivate: true\n',
    to: '    allowPrivate: true\n    only: { coins: [USDC, USTD] }\n',
    told: 'pegwatch.yaml channels[0].only.coins[1]: USTD is no known coin',
  },
  {
    what: 'a channel about an unknown chain',
    from: '    allowPrivate: true\n',
    to: '    allowPrivate: true\n    only: { chains: [bcs] }\n',
    told: 'pegwatch.yaml channels[0].only.chains[0]: bcs is no known chain',
    hint: 'Did you mean bsc?',
  },
  {
    what: 'a channel about nothing',
    from: '    allowPrivate: true\n',
    to: '    allowPrivate: true\n    only: { detectors: [] }\n',
    told: 'pegwatch.yaml channels[0].only.detectors: must name some detectors, or be left out',
  },
  {
    what: 'a channel of an unknown kind',
    from: 'kind: webhook',
    to: 'kind: webhok',
    told: 'pegwatch.yaml channels[0].kind: must be one of alertmanager, command, discord',
    hint: 'Did you mean webhook?',
  },
  {
    what: 'a channel of no kind',
    from: '    kind: webhook\n',
    to: '',
    told: 'pegwatch.yaml channels[0].kind: is missing',
  },
  {
    what: 'a token in the open',
    from: 'channels:',
    to: 'channels:\n  - { name: chat, kind: telegram, chat: "1", token: "12:abcdefgh" }',
    told: 'pegwatch.yaml channels[0].token: is written out in the file',
  },
  {
    what: 'the webhook of a chat in the open',
    from: 'channels:',
    to: 'channels:\n  - { name: chat, kind: discord, url: "https://discord.com/api/webhooks/1/x" }',
    told: 'pegwatch.yaml channels[0].url: is written out in the file',
  },
  {
    what: 'a token without a channel',
    from: 'channels:',
    to: `channels:\n  - { name: chat, kind: slack, token: "\${PEGWATCH_NOT_SET:-xoxb-of-a-test}" }`,
    told: 'pegwatch.yaml channels[0].channel: is missing',
  },
  {
    what: 'a webhook without url',
    from: '    url: http://127.0.0.1:9000/hook\n',
    to: '',
    told: 'pegwatch.yaml channels[0].url: is missing',
    hint: 'Give it as url or as url_file.',
  },
  {
    what: 'a secret in the open',
    from: '    timeoutMs',
    to: '    secret: hunter22\n    timeoutMs',
    told: 'pegwatch.yaml channels[0].secret: is written out in the file',
  },
  {
    what: 'a secret file that is not there',
    from: '    timeoutMs',
    to: '    secret_file: nowhere\n    timeoutMs',
    told: 'pegwatch.yaml channels[0].secret_file: names a file that cannot be read',
  },
  {
    what: 'a url file that is not there',
    from: 'url: http://127.0.0.1:9000/hook',
    to: 'url_file: nowhere',
    told: 'pegwatch.yaml channels[0].url_file: names a file that cannot be read',
  },
  {
    what: 'a value given twice',
    from: '    timeoutMs',
    to: '    url_file: x\n    timeoutMs',
    told: 'pegwatch.yaml channels[0].url_file: says the same as url',
  },
  {
    what: 'a variable that is not set',
    from: 'http://127.0.0.1:9000/hook',
    to: `\${HOOK_URL}`,
    told: 'pegwatch.yaml channels[0].url: needs the environment variable HOOK_URL, which is not set',
    hint: `Set HOOK_URL, or write \${HOOK_URL:-default}.`,
  },
  {
    what: 'a variable that is not completed',
    from: 'host: 127.0.0.1',
    to: `host: "\${HOST"`,
    told: `pegwatch.yaml http.host: has a \${ that is not completed`,
  },
  {
    what: 'an unknown chain in the list',
    from: 'store:',
    to: 'chains: { only: [ethereum, bcs] }\nstore:',
    told: 'pegwatch.yaml chains.only[1]: bcs is no known chain',
    hint: 'Did you mean bsc?',
  },
  {
    what: 'an alarm after the stop',
    from: 'softFreeBytes: 2GiB',
    to: 'softFreeBytes: 1MiB',
    told: 'pegwatch.yaml store.softFreeBytes: must be at least hardFreeBytes',
  },
  {
    what: 'two channels of one name',
    from: 'channels:',
    to: 'channels:\n  - { name: hook, kind: webhook, url: "http://hooks.example/" }',
    told: 'pegwatch.yaml channels[1].name: hook is the name of another channel already',
  },
];

describe('a fault in pegwatch.yaml is told as exactly itself', () => {
  it.each(faults)('$what', (fault) => checkFault(main, fault));
});
