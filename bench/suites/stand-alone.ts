/** A folder and a cluster, without a server: whole processes of Trueup and of kubectl, in turns. */
import { join } from 'node:path';
import process from 'node:process';

import { type BareCluster, startBareCluster } from '../bare-cluster.ts';
import { generateFleet } from '../generate-fleet.ts';
import { installedPackage } from '../installed-package.ts';
import { type Program, timeProgram } from '../run-program.ts';
import type { Row, Suite, SuiteContext } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

export const standAlone: Suite = {
  name: 'stand-alone',
  async run(context) {
    trueupProgram = join(await installedPackage(), 'tools/trueup.mjs');
    await using cluster = await startBareCluster(join(context.folder, 'cluster'));
    await measureFirstApply(cluster, context);
    await measureNoChange(cluster, context);
    await measureFewChanges(cluster, context);
  },
};

const namespaces = 20;
const kinds = [
  '/api/v1/namespaces/{}/configmaps',
  '/api/v1/namespaces/{}/services',
  '/apis/apps/v1/namespaces/{}/deployments',
];

/** Every time with namespaces of its own, since nothing on a bare cluster finishes their deletion. */
async function measureFirstApply(cluster: BareCluster, context: SuiteContext): Promise<void> {
  const { folder, rounds, note, report } = context;
  const first = (by: string, program: (fleet: string) => Program) => async (round: number) => {
    const prefix = `first-${by}-${round}`;
    const fleet = join(folder, prefix);
    generateFleet({ folder: fleet, prefix });
    const took = await timeProgram(program(fleet));
    note(`first apply by ${by}: ${took.toFixed(0)} ms`);
    await empty(cluster, prefix);
    return took;
  };
  const { kubectl, predicted, tried } = await takeTurns(rounds, {
    kubectl: first('kubectl', (fleet) => kubectlApply(cluster, fleet)),
    predicted: first('predicted', (fleet) => trueup(cluster, 'apply', fleet, 'predicted')),
    tried: first('dry-run', (fleet) => trueup(cluster, 'apply', fleet, 'dry-run')),
  });
  const rival = { name: 'kubectl apply', sample: kubectl };
  const row = { unit: 'ms', rival } as const;
  report({
    ...row,
    what: 'first apply, creates predicted',
    ours: predicted,
    target: { kind: 'times-faster', bound: 2 },
  });
  report({
    ...row,
    what: 'first apply, creates dry-run',
    ours: tried,
    target: { kind: 'times-faster', bound: 1.4 },
  });
}

async function measureNoChange(cluster: BareCluster, context: SuiteContext): Promise<void> {
  const { folder, rounds, note, report } = context;
  const theirs = join(folder, 'theirs');
  const ours = join(folder, 'ours');
  generateFleet({ folder: theirs, prefix: 'theirs' });
  generateFleet({ folder: ours, prefix: 'ours' });
  await timeProgram(kubectlApply(cluster, theirs));
  await timeProgram(trueup(cluster, 'apply', ours));
  note('applied once by each; nothing changes from here on');
  const sample = await takeTurns(rounds, {
    diff: () => timeProgram(kubectlDiff(cluster, theirs)),
    plan: () => timeProgram(trueup(cluster, 'plan', ours)),
    kubectl: () => timeProgram(kubectlApply(cluster, theirs)),
    apply: () => timeProgram(trueup(cluster, 'apply', ours)),
  });
  const unit = 'ms';
  const rows: readonly Row[] = [
    {
      what: 'plan, no change',
      unit,
      ours: sample.plan,
      rival: { name: 'kubectl diff', sample: sample.diff },
      target: { kind: 'times-faster', bound: 15 },
    },
    {
      what: 'apply, no change',
      unit,
      ours: sample.apply,
      rival: { name: 'kubectl apply', sample: sample.kubectl },
      target: { kind: 'times-faster', bound: 10 },
    },
  ];
  for (const row of rows) report(row);
}

/** Ten of the 1,020 objects are to become others; nothing is applied in between. */
async function measureFewChanges(cluster: BareCluster, context: SuiteContext): Promise<void> {
  const { folder, rounds, report } = context;
  const theirs = join(folder, 'theirs');
  const ours = join(folder, 'ours');
  generateFleet({ folder: theirs, prefix: 'theirs', changeEvery: 34 });
  generateFleet({ folder: ours, prefix: 'ours', changeEvery: 34 });
  const sample = await takeTurns(rounds, {
    diff: () => timeProgram({ ...kubectlDiff(cluster, theirs), expected: [1] }),
    plan: () => timeProgram({ ...trueup(cluster, 'plan', ours), expected: [2] }),
  });
  report({
    what: 'plan, 1 % changed',
    unit: 'ms',
    ours: sample.plan,
    rival: { name: 'kubectl diff', sample: sample.diff },
    target: { kind: 'times-faster', bound: 10 },
  });
}

/** So that every round finds a cluster as full as the first one did. */
async function empty({ ask }: BareCluster, prefix: string): Promise<void> {
  for (let index = 0; index < namespaces; index += 1) {
    await Promise.all(kinds.map((path) => ask('DELETE', path.replace('{}', `${prefix}-${index}`))));
  }
}

function kubectlApply({ kubectl, kubeconfig }: BareCluster, fleet: string): Program {
  const args = ['--kubeconfig', kubeconfig, 'apply', '--server-side', '-R', '-f', fleet];
  return { command: kubectl, args };
}

function kubectlDiff({ kubectl, kubeconfig }: BareCluster, fleet: string): Program {
  const args = ['--kubeconfig', kubeconfig, 'diff', '--server-side', '-R', '-f', fleet];
  return { command: kubectl, args };
}

let trueupProgram = '';

function trueup(
  { kubeconfig }: BareCluster,
  command: 'plan' | 'apply',
  fleet: string,
  creates = 'dry-run',
): Program {
  const how = ['--kubeconfig', kubeconfig, '--creates', creates];
  const args = [trueupProgram, command, ...how, ...(command === 'apply' ? ['--yes'] : []), fleet];
  return { command: process.execPath, args };
}
