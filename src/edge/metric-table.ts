// All metrics of pegwatch, alphabetically within each room. A new number is a new row here and a call of the meter.

export type MetricSpec = {
  readonly name: `pegwatch_${string}`;
  readonly help: string;
  readonly labels: readonly string[];
} & (
  | { readonly kind: 'counter' | 'gauge' }
  /** Upper bounds, in the unit of the name. */
  | { readonly kind: 'histogram'; readonly buckets: readonly number[] }
);

/** From a millisecond, which is a good commit, to a minute, which is a catastrophe. */
const latencySeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Webhooks: from at once to the end of a receiver's long weekend. */
const deliverySeconds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 259_200];
const batchSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export const metricTable: readonly MetricSpec[] = [
  // ------------------------------------------------------------------ the daemon
  counter('pegwatch_inputs_total', 'Inputs that went into the engine.', ['kind']),
  counter('pegwatch_signals_total', 'Signals raised, by their severity (eased for the end of one).', [
    'detector',
    'severity',
  ]),
  histogram(
    'pegwatch_triage_wait_seconds',
    'From the moment a signal is raised to the moment triage looks at it, by the severity of its incident then.',
    ['severity'],
    latencySeconds,
  ),
  gauge('pegwatch_incidents_open', 'Incidents that are not closed, by severity.', ['severity']),
  counter('pegwatch_problems_total', 'Bad input and degraded rules that were survived.', ['code']),
  gauge(
    'pegwatch_outlook_probability',
    'Chance that a coin turns critical within a day; NaN while it is critical, absent where the model is quiet.',
    ['coin'],
  ),
  gauge('pegwatch_queue_length', 'Inputs waiting in a bounded queue.', ['queue']),
  gauge('pegwatch_build_info', 'Always 1; the version stands in the label.', ['version']),
  histogram(
    'pegwatch_frame_to_durable_seconds',
    'From the frame that announced a block to its durable commit.',
    ['chain'],
    latencySeconds,
  ),

  // ------------------------------------------------------------------ chains
  gauge('pegwatch_block_age_seconds', 'Age of the newest stored block by its own time.', ['chain']),
  counter(
    'pegwatch_block_context_senseless_total',
    'Words about how busy the block of a critical was that made no sense; they count as not known.',
    ['chain', 'endpoint'],
  ),
  counter('pegwatch_blocks_corrected_total', 'Blocks given again because logs had been left out of them.', [
    'chain',
  ]),
  counter('pegwatch_blocks_unchecked_total', 'Blocks filled in on the word of one endpoint of several.', [
    'chain',
  ]),
  counter(
    'pegwatch_bloom_suspicions_total',
    'Blocks of which a header said that a watched contract spoke, and no log of it came.',
    ['chain'],
  ),
  gauge('pegwatch_chain_caught_up', 'Whether a chain is stored up to its head: 1 or 0.', ['chain']),
  gauge('pegwatch_chain_head_block', 'Height of the newest head that a node announced.', ['chain']),
  gauge('pegwatch_chain_read_block', 'Height of the newest block that was read whole.', ['chain']),
  gauge('pegwatch_coverage_hole_blocks', 'Blocks that are due and have not been read.', ['chain']),
  gauge('pegwatch_coverage_holes', 'Holes in the coverage of a chain that are open.', ['chain']),
  gauge('pegwatch_coverage_verified_block', 'Height up to which a chain is read and final.', ['chain']),
  counter('pegwatch_frames_malformed_total', 'Answers and frames of a node that could not be understood.', [
    'chain',
    'endpoint',
  ]),
  counter('pegwatch_logs_rejected_total', 'Logs that could not be packed and were left out.', ['chain']),
  counter(
    'pegwatch_rejects_left_out_total',
    'What nodes said that made no sense and was only counted, not kept.',
    [],
  ),
  counter('pegwatch_reorgs_total', 'Reorgs that took back blocks we had read.', ['chain']),
  gauge(
    'pegwatch_rpc_calls_per_block',
    'JSON-RPC calls for each block read since the start of the process.',
    ['chain'],
  ),
  gauge(
    'pegwatch_rpc_pace_calls_per_second',
    'Most calls that an endpoint is asked; less after it refused.',
    ['chain', 'endpoint'],
  ),
  counter(
    'pegwatch_endpoint_disagreements_total',
    'Times that an endpoint told other logs or blocks than the rest, and what settled it; those that are news are incidents.',
    ['chain', 'endpoint', 'what', 'by'],
  ),
  counter(
    'pegwatch_rpc_slow_total',
    'Requests that another endpoint was asked too, and answered first, because this one was slow.',
    ['chain', 'endpoint'],
  ),
  counter(
    'pegwatch_rpc_contradictions_total',
    'Times that an endpoint told something that others, or proofs, contradict.',
    ['chain', 'endpoint'],
  ),
  counter('pegwatch_rpc_rate_refusals_total', 'Frames that an endpoint refused because they were too many.', [
    'chain',
    'endpoint',
  ]),
  counter('pegwatch_rpc_requests_total', 'JSON-RPC calls by how they ended.', [
    'chain',
    'endpoint',
    'method',
    'outcome',
  ]),
  counter('pegwatch_socket_reconnects_total', 'Sockets that were lost, by why.', [
    'chain',
    'endpoint',
    'reason',
  ]),

  // ------------------------------------------------------------------ store
  histogram('pegwatch_commit_steps', 'Steps in one commit.', [], batchSizes),
  histogram('pegwatch_store_commit_seconds', 'Time of one durable commit.', [], latencySeconds),
  gauge('pegwatch_store_commit_running_seconds', 'How long the present commit has taken so far.', []),
  gauge(
    'pegwatch_store_age_seconds',
    'Since something was stored. There is something every second: more than ten is a daemon that hangs.',
    [],
  ),
  counter('pegwatch_store_steps_total', 'Steps made durable.', []),
  gauge(
    'pegwatch_store_ballast_bytes',
    'Size of the file that is given up when the disk is nearly full.',
    [],
  ),
  gauge('pegwatch_store_bytes', 'Size of the store on disk.', []),
  gauge('pegwatch_store_readers', 'Readers that hold a state of the store, here and in other processes.', []),
  gauge(
    'pegwatch_store_reader_lag_transactions',
    'How far the oldest of these states is behind: what it holds cannot be used again.',
    [],
  ),
  gauge('pegwatch_store_free_bytes', 'Free space on the disk of the store.', []),

  // ------------------------------------------------------------------ alerts
  counter('pegwatch_alert_attempts_total', 'Attempts to deliver: delivered, retry or refused.', [
    'channel',
    'outcome',
  ]),
  histogram(
    'pegwatch_alert_delivery_seconds',
    'From the decision to the receiver’s 2xx.',
    ['channel'],
    deliverySeconds,
  ),
  histogram(
    'pegwatch_alert_wait_seconds',
    'From the decision to the start of the first attempt to deliver.',
    ['channel', 'severity'],
    latencySeconds,
  ),
  counter('pegwatch_alerts_delivered_total', 'Alerts that a receiver accepted.', ['channel', 'severity']),
  counter('pegwatch_alerts_refused_total', 'Alerts given up: dead letters.', ['channel', 'severity']),
  counter('pegwatch_alerts_suppressed_total', 'News that was kept from a channel, by why.', [
    'channel',
    'reason',
  ]),
  counter('pegwatch_alerts_superseded_total', 'Alerts that newer news of their incident replaced.', [
    'channel',
  ]),
  counter('pegwatch_hooks_total', 'Response hooks by the state that they came to.', ['playbook', 'state']),
  gauge('pegwatch_outbox_pending', 'Alerts decided and not delivered yet.', ['channel']),

  // ------------------------------------------------------------------ process
  gauge('pegwatch_event_loop_lag_seconds', 'Delay of the event loop since the last scrape.', ['quantile']),
  counter('pegwatch_process_cpu_seconds_total', 'Processor time used since the start.', ['mode']),
  gauge('pegwatch_process_heap_bytes', 'JavaScript heap in use.', []),
  gauge('pegwatch_process_resident_bytes', 'Memory of the process.', []),
  gauge('pegwatch_process_start_time_seconds', 'When the process started, seconds since 1970.', []),
  counter('pegwatch_scrape_failures_total', 'Scrapes in which a gauge could not be measured.', []),
];

function counter(name: MetricSpec['name'], help: string, labels: readonly string[]): MetricSpec {
  return { kind: 'counter', name, help, labels };
}

function gauge(name: MetricSpec['name'], help: string, labels: readonly string[]): MetricSpec {
  return { kind: 'gauge', name, help, labels };
}

function histogram(
  name: MetricSpec['name'],
  help: string,
  labels: readonly string[],
  buckets: readonly number[],
): MetricSpec {
  return { kind: 'histogram', name, help, labels, buckets };
}
