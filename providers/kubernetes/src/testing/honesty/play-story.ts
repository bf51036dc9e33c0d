/** Plays a story, and holds every plan against what comes of it. */
import { type Diagnostic, formatJson, type JsonObject } from '@trueup/diagnostics';
import type { Plan, Prepared } from '@trueup/provider-sdk';

import type { ClusterAccess } from '../../client/cluster-access.ts';
import { KubernetesApiError } from '../../kubernetes-client.ts';
import { whoseIs } from '../../marks/marks.ts';
import type { Stage } from '../stage.ts';
import { carryOutPlan } from './carry-out-plan.ts';
import { disturb } from './disturb.ts';
import { editSlots, openStory, type Slot, slotAt, writeManifests } from './story.ts';
import { applying, count, type Telling } from './telling.ts';

export interface Account {
  /** What differs between a plan and what came of it, with all that led to it. */
  readonly problems: readonly string[];
  readonly trace: Telling['trace'];
  readonly tally: Readonly<Telling['tally']>;
}

/** Ends at the first step with a problem. After the last one the stack is all but empty again. */
export async function playStory(
  access: ClusterAccess,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Promise<Account> {
  const story = await openStory(access, seed);
  const telling: Telling = { story, trace: [], tally: {} };
  const problems: string[] = [];
  try {
    for (let step = 0; step < steps && problems.length === 0; step += 1) {
      problems.push(...(await playStep(telling, step === steps - 1)));
    }
  } finally {
    await story.stage.close();
  }
  const history = problems.length > 0 ? telling.trace : [];
  return {
    problems: [...problems, ...history.map((line) => `  ${line}`)],
    trace: telling.trace.map((line) => line.replaceAll(story.stage.name, 'STAGE')),
    tally: telling.tally,
  };
}

async function playStep(telling: Telling, isLast: boolean): Promise<readonly string[]> {
  const { story, trace } = telling;
  const { dice, slots } = story;
  count(telling, 'case');
  const before = new Map(slots.map((slot) => [slot, slot.body]));
  await editSlots(story, isLast);
  if (dice.chance(40)) trace.push(`others: ${await disturb(story)}`);
  // What is refused is taken back, and at last left out, so that the rest is played all the same.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const asked = await ask(telling);
    if (asked.errors.length === 0) return carryOutPlan(telling, asked.prepared, asked.plan);
    const problems = await checkRefused(telling, asked);
    if (problems.length > 0) return problems;
    takeBack(asked.refused, attempt === 0 ? before : new Map());
  }
  return ['something is refused whatever is taken back'];
}

function takeBack(slots: readonly Slot[], before: ReadonlyMap<Slot, JsonObject | undefined>): void {
  for (const slot of slots) slot.body = before.get(slot);
}

interface Asked {
  readonly prepared: Prepared;
  readonly plan: Plan;
  readonly errors: readonly Diagnostic[];
  readonly refused: readonly Slot[];
}

async function ask(telling: Telling): Promise<Asked> {
  const { story, trace } = telling;
  const present = writeManifests(story);
  trace.push(...present.map(({ body }) => `asked: ${formatJson(body ?? null)}`));
  const prepared = await story.stage.prepare();
  const plan = await story.stage.plan(prepared);
  const errors = [...prepared.diagnostics, ...plan.diagnostics].filter(
    ({ severity }) => severity === 'error',
  );
  const refused = errors.flatMap(({ origin }) => slotAt(present, origin?.line ?? 0) ?? []);
  if (errors.length > 0) count(telling, 'refused');
  // In which order a server names what is wrong is no matter.
  const remarks = errors.map(({ summary }) => summary.split(/[(), ]+/).sort());
  trace.push(...remarks.map((words) => `refused: ${words.join(' ')}`).sort());
  return { prepared, plan, errors, refused };
}

/** What a plan refuses, the server has to refuse as well. */
async function checkRefused(
  { story: { stage } }: Telling,
  { prepared, errors, refused }: Asked,
): Promise<readonly string[]> {
  const lines = new Set(errors.map(({ origin }) => origin?.line));
  const problems = refused.length === 0 ? [`no manifest made that: ${errors[0]?.summary}`] : [];
  for (const { id, body, origin } of prepared.resources) {
    if (!lines.has(origin?.line) || (await isMoreThanApply(stage, body))) continue;
    try {
      // Some of it is refused only the second time, when what the first one emptied is asked for.
      await stage.client.apply(await stage.place(body), body, applying);
      await stage.client.apply(await stage.place(body), body, applying);
      problems.push(`${id}: refused by the plan, taken by the server`);
    } catch (error) {
      if (!(error instanceof KubernetesApiError)) throw error;
    }
  }
  return problems;
}

/** Whether more is planned than an apply: that something goes which others own. */
async function isMoreThanApply(stage: Stage, body: JsonObject): Promise<boolean> {
  if (stage.foreign === 'remove') return true;
  const observed = await stage.get(body);
  return observed !== undefined && whoseIs(observed, stage.stack) !== 'ours';
}
