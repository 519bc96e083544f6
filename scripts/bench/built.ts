// The benchmarks measure what people run: the compiled program in dist/, not its sources through a loader (tsx wraps
// every named function, which costs a hot path a good deal).

import type * as Channels from '../../src/alerts/channels/index.js';
import type * as Outbox from '../../src/alerts/outbox.js';
import type * as Backtest from '../../src/backtest.js';
import type * as Follower from '../../src/chain/follower.js';
import type * as WsConnect from '../../src/chain/ws-connect.js';
import type * as CliBacktest from '../../src/cli/backtest.js';
import type * as LoadConfig from '../../src/config/load-config.js';
import type * as PackedLogs from '../../src/core/packed-logs.js';
import type * as Expression from '../../src/detectors/expression.js';
import type * as Clock from '../../src/edge/clock.js';
import type * as Log from '../../src/edge/log.js';
import type * as Metrics from '../../src/edge/metrics.js';
import type * as Post from '../../src/edge/post.js';
import type * as PostJson from '../../src/edge/post-json.js';
import type * as Redact from '../../src/edge/redact.js';
import type * as Mapping from '../../src/imports/mapping.js';
import type * as Numbers from '../../src/imports/numbers.js';
import type * as ReadImport from '../../src/imports/read-import.js';
import type * as Live from '../../src/live.js';
import type * as Recover from '../../src/recover.js';
import type * as Replay from '../../src/replay.js';
import type * as FreeSpace from '../../src/store/free-space.js';
import type * as OpenReader from '../../src/store/open-reader.js';
import type * as OpenStore from '../../src/store/open-store.js';

interface Modules {
  readonly 'alerts/channels/index': typeof Channels;
  readonly 'alerts/outbox': typeof Outbox;
  readonly backtest: typeof Backtest;
  readonly 'chain/follower': typeof Follower;
  readonly 'chain/ws-connect': typeof WsConnect;
  readonly 'cli/backtest': typeof CliBacktest;
  readonly 'config/load-config': typeof LoadConfig;
  readonly 'core/packed-logs': typeof PackedLogs;
  readonly 'detectors/expression': typeof Expression;
  readonly 'edge/clock': typeof Clock;
  readonly 'edge/log': typeof Log;
  readonly 'edge/metrics': typeof Metrics;
  readonly 'edge/post': typeof Post;
  readonly 'edge/post-json': typeof PostJson;
  readonly 'edge/redact': typeof Redact;
  readonly 'imports/mapping': typeof Mapping;
  readonly 'imports/numbers': typeof Numbers;
  readonly 'imports/read-import': typeof ReadImport;
  readonly live: typeof Live;
  readonly recover: typeof Recover;
  readonly replay: typeof Replay;
  readonly 'store/free-space': typeof FreeSpace;
  readonly 'store/open-reader': typeof OpenReader;
  readonly 'store/open-store': typeof OpenStore;
}

export function built<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  return import(new URL(`../../dist/${name}.js`, import.meta.url).href) as Promise<Modules[Name]>;
}
