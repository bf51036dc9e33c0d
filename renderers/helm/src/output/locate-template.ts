/** From the names that Helm gives to templates to the files of the repository. */
import type { Origin } from '@trueup/diagnostics';

import { joinPath } from '../chart/chart-path.ts';
import type { Chart } from '../chart/read-chart.ts';

export interface TemplateLocator {
  /** `undefined` when the template is part of a packed chart. */
  fileOf(template: string): string | undefined;
  /** The file; else the line that asks for the chart which the template is part of. */
  originOf(template: string, line?: number, column?: number): Origin;
}

/**
 * Helm names a template by the names of charts, `shop/charts/redis/templates/web.yaml`; the chart
 * itself lies in any folder. `paths` are the files of the chart's folder, from the repository's root.
 */
export function createTemplateLocator(chart: Chart, paths: readonly string[]): TemplateLocator {
  const known = new Set(paths);

  function fileOf(template: string): string | undefined {
    const file = joinPath(chart.folder, template.split('/').slice(1).join('/'));
    return known.has(file) ? file : undefined;
  }

  return {
    fileOf,
    originOf(template, line = 1, column) {
      const file = fileOf(template);
      if (file !== undefined) return { file, line, ...(column !== undefined && { column }) };
      const [, charts, name] = template.split('/');
      const dependency = chart.dependencies.find(
        ({ name: own, declared }) => charts === 'charts' && (declared['alias'] ?? own) === name,
      );
      return dependency?.origin ?? { file: joinPath(chart.folder, 'Chart.yaml'), line: 1 };
    },
  };
}
