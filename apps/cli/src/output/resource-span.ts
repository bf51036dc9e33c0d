import type { ResourceName } from '../report/plan-report.ts';
import { type Line, span } from './line.ts';

/** `Deployment.apps shop/web`: the kind quietly, the name plainly. */
export function resourceSpans({ kind, scope, name }: ResourceName): Line {
  const place = scope === '' ? name : `${scope}/${name}`;
  return [span(`${kind} `, 'dim'), span(place, 'strong')];
}

export function resourceText({ kind, scope, name }: ResourceName): string {
  return scope === '' ? `${kind} ${name}` : `${kind} ${scope}/${name}`;
}
