/**
 * The demo's acts. Each one does something, waits until it is seen to have happened - by an event of
 * the control plane and by a look into the cluster - and says so. What is not seen in time ends it.
 */
import type { Change, LiveEvent, Run } from '@trueup/control-plane';
import type { Json } from '@trueup/diagnostics';

import { changeLines } from '../output/change-lines.ts';
import type { ViewOptions } from '../output/field-lines.ts';
import { line } from '../output/line.ts';
import { planView } from '../output/plan-view.ts';
import { whyView } from '../output/why-view.ts';
import { type PlanReport, reportChange, reportStored } from '../report/plan-report.ts';
import { reportExplained } from '../report/why-report.ts';
import { type DemoCluster, memberAt } from './demo-cluster.ts';
import type { DemoStage } from './demo-stage.ts';
import type { EventLog, EventTest } from './event-log.ts';
import type { Narrator } from './narrator.ts';

export interface Play {
  readonly stage: DemoStage;
  readonly log: EventLog;
  readonly narrator: Narrator;
  readonly view: Pick<ViewOptions, 'width'>;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** What should have happened, and did not within its time. */
export class NotSeenError extends Error {
  override readonly name = 'NotSeenError';
}

/** Long for a slow machine; everything takes a second or so. */
const patienceMs = 60_000;
const stacks = ['platform-production', 'platform-staging', 'shop-production', 'shop-staging'];
const webPath = '/apis/apps/v1/namespaces/shop/deployments/web';
const settingsPath = '/api/v1/namespaces/shop/configmaps/shop-settings';
const production = 'shop/shop-production';

export async function playDemo(play: Play): Promise<void> {
  await openShop(play);
  await changeShop(play);
  const healed = await driftShop(play);
  await healShop(play, healed);
}

async function openShop(play: Play): Promise<void> {
  const { narrator, stage } = play;
  narrator.step(
    'Push',
    'Ada commits examples/shop: two environments, four stacks. Trueup follows the repository.',
  );
  const revision = await stage.repository.push('shop: open the shop');
  const { url } = stage.repository;
  await stage.session.addRepository({ name: 'shop', url, branch: 'main', intervalMs: 1000 });
  await see(play, 'the push was seen', advancedTo(revision), 0);

  narrator.step(
    'Plan and run',
    'A namespace and what lies in it are new in one commit: in order, by itself.',
  );
  const ups = stacks.map((name) => see(play, `${name} is up`, endOf(`shop/${name}`, revision), 0));
  const [report] = await Promise.all([showPlan(play, revision, 0), ...ups]);
  const run = await runOf(play, production, revision);
  expectSame('what was planned is what was applied', run.plan?.digest, report.digest);
  for (const cluster of [stage.staging, stage.production]) {
    await look(play, `${cluster.context} serves the shop`, {
      cluster,
      path: webPath,
      isSo: isAvailable,
    });
  }
}

async function changeShop(play: Play): Promise<void> {
  const { narrator, stage, log } = play;
  narrator.step(
    'Push again',
    'A banner and an image in production: one commit, one plan, field by field.',
  );
  const { last } = log;
  const folder = 'apps/shop/production';
  const banner = 'Free delivery until Monday.';
  await stage.repository.edit(`${folder}/settings.yaml`, 'Free delivery until Sunday.', banner);
  await stage.repository.edit(`${folder}/web.yaml`, 'shop/web:1.4.0', 'shop/web:1.5.0');
  const revision = await stage.repository.push('shop: free delivery until Monday');
  await stage.session.hintRepository('shop');
  await see(play, 'the push was seen', advancedTo(revision), last);
  const [report] = await Promise.all([
    showPlan(play, revision, last),
    see(play, 'the run has succeeded', endOf(production, revision), last),
  ]);
  const fields = report.changes.flatMap((change) => change.fields.map(({ path }) => path));
  expectSame('the plan names the banner', fields.includes('data.BANNER'), true);
  expectSame('and updates two resources', report.totals.update, 2);
  const cluster = stage.production;
  await look(play, 'production shows the new banner', {
    cluster,
    path: settingsPath,
    isSo: (found) => memberAt(found, 'data', 'BANNER') === banner,
  });
  await look(play, 'production runs the new image', { cluster, path: webPath, isSo: runsNewImage });
}

/** Answers when the cluster was edited. */
async function driftShop(play: Play): Promise<number> {
  const { narrator, stage, log, nowMs } = play;
  narrator.step('Drift', 'Somebody edits the Deployment in the cluster, past Git.');
  const { last } = log;
  const image = 'registry.example.com/shop/web:1.5.0-hotfix';
  const containers = [{ name: 'web', image }];
  const editedMs = nowMs();
  await stage.production.edit(webPath, { spec: { template: { spec: { containers } } } });
  const event = await see(play, 'the drift was seen', driftOf(production, 'drift:opened'), last);
  const page = await stage.session.drift({ stack: production }, { limit: 50 });
  const item = page.items.find(({ id }) => id === textOf(event, 'item'));
  if (!item) throw new NotSeenError('the drift is not in the list of drift');
  const report = reportChange(item.change);
  narrator.say(changeLines([report], { width: play.view.width - 3, all: false, nowMs: nowMs() }));
  const writers = report.fields.map(({ writer }) => writer?.name);
  expectSame('the drift names who wrote it', writers.includes('kubectl-edit'), true);
  await tellWhy(play, item.change);
  return editedMs;
}

/** Both sides of the question: the line of Git, and who wrote what is there. */
async function tellWhy({ stage, narrator, nowMs }: Play, change: Change): Promise<void> {
  const [field] = change.fields;
  if (!field) throw new NotSeenError('the drift names no field');
  const fields = await stage.session.explain(production, change.id, field.path);
  const report = reportExplained(production, change.id, fields);
  narrator.say(whyView(report, { all: false, nowMs: nowMs() }));
  expectSame('the line has an author', report.fields[0]?.author?.author, 'Ada');
}

async function healShop(play: Play, editedMs: number): Promise<void> {
  const { narrator, stage, nowMs } = play;
  narrator.step(
    'Heal',
    'The rule of production says `drift: heal`: Trueup puts back what Git says.',
  );
  const closed = await see(play, 'the drift is closed', driftOf(production, 'drift:closed'), 0);
  expectSame('it was healed', textOf(closed, 'closedBy'), 'healed');
  await look(play, 'production runs what Git says', {
    cluster: stage.production,
    path: webPath,
    isSo: runsNewImage,
  });
  narrator.say([line(`From the edit to healed: ${nowMs() - editedMs} ms.`, 'dim')]);
}

/** Waits for an event, and says that it was seen. */
async function see(play: Play, what: string, test: EventTest, after: number): Promise<LiveEvent> {
  const { log, narrator, signal, nowMs } = play;
  const startedMs = nowMs();
  const limit = AbortSignal.timeout(patienceMs);
  const found = log.first(after, test, AbortSignal.any([signal, limit]));
  const event = await found.catch((error: unknown) => {
    signal.throwIfAborted();
    throw limit.aborted ? tooLate(what) : error;
  });
  narrator.seen(what, nowMs() - startedMs);
  return event;
}

function tooLate(what: string): NotSeenError {
  return new NotSeenError(`${what}: not within ${patienceMs / 1000} s`);
}

interface Look {
  readonly cluster: DemoCluster;
  readonly path: string;
  readonly isSo: (found: Json | undefined) => boolean;
}

/** Looks into the cluster until it is so. */
async function look(
  { narrator, signal, nowMs }: Play,
  what: string,
  { cluster, path, isSo }: Look,
): Promise<void> {
  const startedMs = nowMs();
  while (!isSo(await cluster.get(path))) {
    signal.throwIfAborted();
    if (nowMs() - startedMs > patienceMs) {
      throw tooLate(what);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  narrator.seen(what);
}

/** The plan of production, as soon as there is one. */
async function showPlan(play: Play, revision: string, after: number): Promise<PlanReport> {
  const { narrator, log, signal, view, nowMs } = play;
  await log.first(after, beginOf(production, revision), signal);
  const report = await planOf(play, await runOf(play, production, revision));
  narrator.say(planView([report], { width: view.width - 3, all: false, nowMs: nowMs() }));
  return report;
}

async function runOf({ stage }: Play, stack: string, revision: string): Promise<Run> {
  const { items } = await stage.session.runs({ stack }, { limit: 20 });
  const run = items.find((one) => one.revision === revision && one.purpose === 'revision');
  if (!run) throw new NotSeenError(`${stack}: there is no run of ${revision}`);
  return run;
}

async function planOf({ stage }: Play, run: Run): Promise<PlanReport> {
  if (!run.plan) throw new NotSeenError(`${run.stack}: its run has no plan`);
  const record = await stage.session.plan(run.plan.id);
  const { items } = await stage.session.planChanges(run.plan.id, { limit: 1000 });
  const { target, path } = await stage.session.stack(run.stack);
  return reportStored(record, items, { target, path });
}

function advancedTo(revision: string): EventTest {
  return (event) => event.type === 'repository:advanced' && textOf(event, 'revision') === revision;
}

function beginOf(stack: string, revision: string): EventTest {
  const end = endOf(stack, revision);
  return (event) => (event.stack === stack && event.type === 'run:applying') || end(event);
}

function endOf(stack: string, revision: string): EventTest {
  return (event) => {
    if (event.stack !== stack || textOf(event, 'revision') !== revision) return false;
    if (['run:failed', 'run:held', 'run:awaiting-approval'].includes(event.type)) {
      const why = textOf(event, 'failure') || textOf(event, 'message');
      throw new NotSeenError(`${stack}: ${event.type}: ${why}`);
    }
    return event.type === 'run:succeeded';
  };
}

function driftOf(stack: string, type: string): EventTest {
  return (event) => event.type === type && event.stack === stack;
}

function textOf({ body }: LiveEvent, member: string): string {
  const value = body[member];
  return typeof value === 'string' ? value : '';
}

function isAvailable(found: Json | undefined): boolean {
  return Number(memberAt(found, 'status', 'availableReplicas') ?? 0) > 0;
}

function runsNewImage(found: Json | undefined): boolean {
  const containers = memberAt(found, 'spec', 'template', 'spec', 'containers');
  const image = memberAt(containers, 0, 'image');
  return typeof image === 'string' && image.endsWith('shop/web:1.5.0');
}

function expectSame<T>(what: string, found: T, wanted: T): void {
  if (found !== wanted) throw new NotSeenError(`${what}: not so`);
}
