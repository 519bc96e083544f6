import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.js';

const nanosecond = 1e-9;

/** Memory, processor time and event-loop lag of this process, measured at each scrape. Returns its release. */
export function watchProcess({ meter, onScrape }: Pick<Metrics, 'meter' | 'onScrape'>): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  let counted = { user: 0, system: 0 };

  onScrape(() => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    meter.count('pegwatch_process_cpu_seconds_total', { mode: 'user' }, (user - counted.user) / 1e6);
    meter.count('pegwatch_process_cpu_seconds_total', { mode: 'system' }, (system - counted.system) / 1e6);
    counted = { user, system };
    meter.gauge('pegwatch_process_resident_bytes', {}, rss);
    meter.gauge('pegwatch_process_heap_bytes', {}, heapUsed);
    meter.gauge('pegwatch_process_start_time_seconds', {}, startedAt);
    // Each scrape tells about the time since the one before it; a maximum over all time would hide the next stall.
    meter.gauge('pegwatch_event_loop_lag_seconds', { quantile: '0.5' }, delay.percentile(50) * nanosecond);
    meter.gauge('pegwatch_event_loop_lag_seconds', { quantile: '0.99' }, delay.percentile(99) * nanosecond);
    meter.gauge('pegwatch_event_loop_lag_seconds', { quantile: '1' }, delay.max * nanosecond);
    delay.reset();
  });
  return () => {
    delay.disable();
  };
}
