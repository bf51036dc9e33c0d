/** What a plan does not show, said: nothing is left out without a word. */
import type { Gap, PlanRequest, ResourceId } from '@trueup/provider-sdk';

import type { Look, SeenTask } from '../observe/look-at-stack.ts';
import { isOutput, toOutput } from '../observe/observe-outputs.ts';
import type { Bundle } from '../prepare/bundle.ts';

export function gapAt(subject: ResourceId, extent: Gap['extent'], message: string): Gap {
  return { subject, extent, message: `${subject}: ${message}` };
}

/** The score: how much of what there is was looked into. */
export function coverageOf(tasks: readonly SeenTask[]): readonly Gap[] {
  const blind = tasks.filter(({ state }) => !['right', 'absent', 'differs'].includes(state)).length;
  if (blind === 0) return [];
  const hosts = new Set(tasks.map(({ host }) => host)).size;
  const seen = tasks.length - blind;
  const percent = Math.floor((seen / tasks.length) * 100);
  const message = `${seen} of ${tasks.length} steps on ${hosts} hosts were looked into (${percent} %)`;
  return [{ extent: 'partial', message }];
}

export function leftGaps({ prepared, inventory }: PlanRequest): readonly Gap[] {
  const wanted = new Set(prepared.resources.map(({ id }) => id));
  return inventory
    .filter((id) => !(wanted.has(id) || isOutput(id)))
    .map((id) => gapAt(id, 'partial', 'is no longer described; what it did stays'));
}

export function untoldOutputs({ report, bundle }: Look): readonly Gap[] {
  return Object.keys(bundle.outputs)
    .filter((name) => !Object.hasOwn(report.outputs, name))
    .map((name) => {
      const message = 'no task has set it in check mode; it may need what is not applied yet';
      return gapAt(toOutput(name).id, 'partial', message);
    });
}

/** What is left out is not looked at: the plan is no word about it. */
export function tagGaps({ tags, skipTags }: Bundle): readonly Gap[] {
  const limits = [
    ...(tags.length > 0 ? [`only tasks tagged ${tags.join(', ')} were looked at`] : []),
    ...(skipTags.length > 0 ? [`tasks tagged ${skipTags.join(', ')} were left out`] : []),
  ];
  return limits.map((message) => ({ extent: 'partial', message }));
}
