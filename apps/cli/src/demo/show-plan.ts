/** Plans of the demo's runs, told as `trueup plan` tells them. */
import type { Run } from '@trueup/control-plane';

import { planView } from '../output/plan-view.ts';
import { type PlanReport, reportStored } from '../report/plan-report.ts';
import { beginOf } from './event-tests.ts';
import { NotSeenError, type Play } from './play.ts';
import { production } from './shop.ts';

/** The plan of production, as soon as there is one. */
export async function showPlan(play: Play, revision: string, after: number): Promise<PlanReport> {
  const { narrator, log, signal, view, nowMs } = play;
  await log.first(after, beginOf(production, revision), signal);
  const report = await planOf(play, await runOf(play, production, revision));
  narrator.say(planView([report], { width: view.width - 3, all: false, nowMs: nowMs() }));
  return report;
}

export async function runOf({ stage }: Play, stack: string, revision: string): Promise<Run> {
  const { items } = await stage.session.runs({ stack }, { limit: 20 });
  const run = items.find((one) => one.revision === revision && one.purpose === 'revision');
  if (!run) throw new NotSeenError(`${stack}: there is no run of ${revision}`);
  return run;
}

export async function planOf({ stage }: Play, run: Run): Promise<PlanReport> {
  if (!run.plan) throw new NotSeenError(`${run.stack}: its run has no plan`);
  const record = await stage.session.plan(run.plan.id);
  const { items } = await stage.session.planChanges(run.plan.id, { limit: 1000 });
  const { target, path } = await stage.session.stack(run.stack);
  return reportStored(record, items, { target, path });
}

/** The plan that waits for a person. `text`: all of its values. */
export async function showHeld(play: Play, revision: string): Promise<{ readonly text: string }> {
  const { narrator, view, nowMs } = play;
  const report = await planOf(play, await runOf(play, production, revision));
  narrator.say(planView([report], { width: view.width - 3, all: false, nowMs: nowMs() }));
  return { text: JSON.stringify(report.changes) };
}
