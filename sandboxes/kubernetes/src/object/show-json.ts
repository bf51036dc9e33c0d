import type { Json } from '@trueup/diagnostics';

import { writeJson } from './json-text.ts';

/** For messages: texts as they are, everything else as JSON, what is absent as nothing. */
export function showJson(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : writeJson(value);
}
