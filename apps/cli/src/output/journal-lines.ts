import type { JournalLine } from '@trueup/api';

import { nameOf } from '../report/plan-report.ts';
import { type Line, span } from './line.ts';
import { resourceText } from './resource-span.ts';

/** What happened in a run, in order: phases, and how each step ended. */
export function journalLines(lines: readonly JournalLine[]): readonly Line[] {
  return lines.flatMap(({ entry }): readonly Line[] => {
    const time = span(`${entry.at.slice(11, 23)}  `, 'dim');
    if (entry.kind === 'phase') {
      const detail = 'message' in entry.phase ? `  ${entry.phase.message}` : '';
      return [[time, span(entry.phase.name, 'accent'), span(detail, 'dim')]];
    }
    if (entry.kind === 'begun') {
      return entry.steps.map(({ id, action }) => [
        time,
        span(`  begun     ${action} `),
        span(resourceText(nameOf(id)), 'strong'),
      ]);
    }
    return entry.outcomes.map((outcome) => {
      const failure = 'failure' in outcome ? `  ${outcome.failure.message}` : '';
      const tone = outcome.kind === 'done' ? 'good' : 'warn';
      return [
        time,
        span(`  ${outcome.kind.padEnd(10)}`, tone),
        span(resourceText(nameOf(outcome.id))),
        span(failure, 'bad'),
      ];
    });
  });
}
