import type { Diagnostic } from '@trueup/diagnostics';

import type { ChartFiles } from '../chart/read-chart-files.ts';
import type { TemplateLocator } from './locate-template.ts';

/**
 * What a chart would look up in the target is not there when it is rendered: a plan must not depend on
 * what nobody wrote. One warning, at the first such template. Pure.
 */
export function reportLookups(
  { lookups }: Pick<ChartFiles, 'lookups'>,
  locator: TemplateLocator,
): readonly Diagnostic[] {
  const [first, ...others] = lookups;
  if (!first) return [];
  const [path, line] = first;
  // Helm puts the chart's name before the path.
  const origin = path.endsWith('.tgz')
    ? locator.originOf(`chart/charts/${nameOf(path)}/`)
    : locator.originOf(`chart/${path}`, line);
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`;
  return [
    {
      severity: 'warning',
      code: 'RENDER_HELM_LOOKUP',
      path: [],
      origin,
      summary: `${origin.file}: the chart looks into the target by \`lookup\`, which finds nothing here${more}`,
      advice: 'Set what it would find there in a file of `values`, or by `set`.',
    },
  ];
}

/** `charts/redis-1.2.3.tgz` is `redis`. */
function nameOf(path: string): string {
  return /^charts\/(?<name>.+?)-v?\d+\.\d/.exec(path)?.groups?.['name'] ?? '';
}
