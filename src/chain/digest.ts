import { createHash } from 'node:crypto';
import type { PackedLogs } from '../core/packed-logs.js';

/** Equal for equal logs. */
export function digest(logs: PackedLogs): string {
  return createHash('sha1').update(logs).digest('base64');
}
