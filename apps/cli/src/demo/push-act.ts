import { hostedPath } from './demo-stage.ts';
import { advancedTo, endOf } from './event-tests.ts';
import { expectSame, look, type Play, see } from './play.ts';
import {
  hasBanner,
  isAvailable,
  production,
  runsNewImage,
  settingsPath,
  stacks,
  webPath,
} from './shop.ts';
import { runOf, showPlan } from './show-plan.ts';

export async function openShop(play: Play): Promise<void> {
  const { narrator, stage } = play;
  narrator.step(
    'Push',
    'Ada commits examples/shop: two environments, four stacks. Trueup follows the repository.',
  );
  const forge = { kind: 'hosted', path: hostedPath };
  await stage.session.addRepository({ name: 'shop', branch: 'main', intervalMs: 1000, forge });
  // `main` takes merge requests only, unless somebody says otherwise: later in the story it does.
  const settings = await stage.session.hostedRepository('shop');
  await stage.session.changeHosting('shop', { ...settings, protections: [] });
  const revision = await stage.repository.push('shop: open the shop');
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

export async function changeShop(play: Play): Promise<void> {
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
    isSo: hasBanner(banner),
  });
  await look(play, 'production runs the new image', { cluster, path: webPath, isSo: runsNewImage });
}
