import type { Json, JsonObject } from '@trueup/diagnostics';

/** The cells of one object's row, in the order of the columns that the server names. */
export type RowPrinter = (object: JsonObject, now: Date) => readonly Json[];

export const rowPrinters: Readonly<Record<string, RowPrinter>> = {};
