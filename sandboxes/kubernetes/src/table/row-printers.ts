import type { Json, JsonObject } from '@trueup/diagnostics';

import { clusterRows } from './cluster-rows.ts';
import { networkRows } from './network-rows.ts';
import { podRow } from './pod-row.ts';
import { workloadRows } from './workload-rows.ts';

/** The cells of one object's row, in the order of the columns that the server names. */
export type RowPrinter = (object: JsonObject, now: Date) => readonly Json[];

/** By resource. Kinds without one have a name and an age. */
export const rowPrinters: Readonly<Record<string, RowPrinter>> = {
  ...clusterRows,
  ...networkRows,
  ...workloadRows,
  '/pods': podRow,
};
