import type { Json } from '@trueup/diagnostics';

import { type Findings, topOf } from '../configuration/place.ts';
import type { AlertDestination } from './alert-destination.ts';
import { destinationShape } from './destination-shape.ts';

/** Reads what would stand behind `to`, for who tries a destination before it is written down. */
export function parseDestination(
  value: Json,
): { readonly to: AlertDestination } | { readonly problems: readonly string[] } {
  const file = { name: 'to', value, locate: () => undefined };
  const findings: Findings = { file, diagnostics: [] };
  const to = destinationShape.read(topOf(findings));
  if (to) return { to };
  return { problems: findings.diagnostics.map(({ summary }) => summary) };
}
