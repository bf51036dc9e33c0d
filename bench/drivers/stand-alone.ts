/** Plans or applies a folder as the command line does, in a process of its own. */
import { enableCompileCache } from 'node:module';
import process from 'node:process';

enableCompileCache();
const { openStandAlone } = await import('@trueup/control-plane');

const [, , command, folder = '', kubeconfig = '', creates] = process.argv;
await using opened = await openStandAlone({
  folder,
  kubeconfigs: [kubeconfig],
  searchPath: '',
  programEnvironment: {},
  secret: () => undefined,
  creates: creates === 'predicted' ? 'predicted' : 'dry-run',
});
const { signal } = new AbortController();
for (const stack of opened.project.stacks) {
  const begun = performance.now();
  const plan = await opened.standAlone.plan(stack, signal);
  const { diagnostics } = plan.planned.open.prepared;
  for (const { summary } of diagnostics) process.stderr.write(`${summary}\n`);
  process.stdout.write(
    `${plan.steps.length} changes ${(performance.now() - begun).toFixed()} ms\n`,
  );
  if (command === 'plan') process.exitCode = plan.steps.length > 0 ? 2 : 0;
  else if (plan.steps.length > 0) {
    const run = await opened.standAlone.apply(plan, {
      signal,
      onSign: () => undefined,
      awaitHealth: true,
    });
    const phase = run.phase.name;
    process.stdout.write(`${phase} ${(performance.now() - begun).toFixed()} ms\n`);
    if (phase !== 'succeeded') {
      process.stderr.write(`${JSON.stringify(run.phase)}\n`);
      process.exitCode = 1;
    }
  }
}
