import type { Change } from '@trueup/control-plane';

import { changeLines } from '../output/change-lines.ts';
import { line } from '../output/line.ts';
import { whyView } from '../output/why-view.ts';
import { reportChange } from '../report/plan-report.ts';
import { reportExplained } from '../report/why-report.ts';
import { driftOf, textOf } from './event-tests.ts';
import { expectSame, look, NotSeenError, type Play, see } from './play.ts';
import { production, runsNewImage, webPath } from './shop.ts';

/** Answers when the cluster was edited. */
export async function driftShop(play: Play): Promise<number> {
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

export async function healShop(play: Play, editedMs: number): Promise<void> {
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

/** Both sides of the question: the line of Git, and who wrote what is there. */
async function tellWhy({ stage, narrator, nowMs }: Play, change: Change): Promise<void> {
  const [field] = change.fields;
  if (!field) throw new NotSeenError('the drift names no field');
  const fields = await stage.session.explain(production, change.id, field.path);
  const report = reportExplained(production, change.id, fields);
  narrator.say(whyView(report, { all: false, nowMs: nowMs() }));
  expectSame('the line has an author', report.fields[0]?.author?.author, 'Ada');
}
