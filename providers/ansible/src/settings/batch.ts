import { isJsonObject, readField } from '@trueup/diagnostics';

import type { SettingsComplaints } from './complaints.ts';

export interface Batch {
  /** Hosts at once: a count or a share, as in `2` or `25%`. */
  readonly serial?: number | string;
  /** When more hosts of a batch fail, no other batch begins. */
  readonly maxFailPercentage?: number;
}

export function checkBatch(batch: unknown, found: SettingsComplaints): void {
  if (batch === undefined) return;
  const object = found.object(batch, ['batch'], ['serial', 'maxFailPercentage']);
  if (!object) return;
  const { serial, maxFailPercentage: share } = object;
  const isShare = typeof serial === 'string' && /^(?:100|[1-9]\d?)%$/.test(serial);
  if (!isShare) found.count(serial, ['batch', 'serial'], 100_000);
  const isPercent = typeof share === 'number' && share >= 0 && share <= 100;
  if (share === undefined || isPercent) return;
  found.add(['batch', 'maxFailPercentage'], '`batch.maxFailPercentage` is from 0 to 100');
}

export function parseBatch(value: unknown): Batch {
  const object = isJsonObject(value) ? value : {};
  const serial = readField(object, 'serial');
  const share = readField(object, 'maxFailPercentage');
  return {
    ...((typeof serial === 'number' || typeof serial === 'string') && { serial }),
    ...(typeof share === 'number' && { maxFailPercentage: share }),
  };
}
