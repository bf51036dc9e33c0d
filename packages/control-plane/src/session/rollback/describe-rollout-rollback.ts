import {
  describeRollback,
  type MadeStep,
  madeSteps,
  type RepositoryRecord,
  type Rollout,
  type Run,
  type StackId,
} from '@trueup/engine';

import { readAll } from '../../paging/read-all.ts';
import type { SessionPorts } from '../desk.ts';
import type { RollbackView, StackRollbackView } from './rollback-session.ts';

type Ports = Pick<SessionPorts, 'store' | 'statementOf'>;

/** Stack by stack: what was done, what comes back, what stays. `obstacle` is for the caller to find. */
export async function describeRolloutRollback(
  rollout: Rollout,
  { name }: RepositoryRecord,
  ports: Ports,
): Promise<RollbackView> {
  const stacks: StackRollbackView[] = [];
  for (const stack of inOrder(rollout)) stacks.push(await describeStack(stack, rollout, ports));
  const { id, revision, before } = rollout;
  return {
    rollout: id,
    repository: name,
    revision,
    ...(before !== undefined && { before }),
    stacks,
  };
}

async function describeStack(
  stack: StackId,
  { stacks, revision }: Rollout,
  ports: Ports,
): Promise<StackRollbackView> {
  const record = await ports.store.stack(stack);
  const { target = '', provider = '' } = record ?? {};
  const state = stacks[stack]?.state.name ?? 'waiting';
  const known = { stack, target, provider, state };
  const steps = await stepsOf(stack, revision, ports);
  const statement = ports.statementOf(provider);
  if (!statement || steps.length === 0) {
    return { ...known, count: new Set(steps.map(({ id }) => id)).size, leaves: [] };
  }
  return { ...known, ...describeRollback(steps, statement) };
}

/** What was tried again brought the same revision, in whatever run. */
async function stepsOf(
  stack: StackId,
  revision: string,
  { store }: Ports,
): Promise<readonly MadeStep[]> {
  const { items } = await store.runs({ stack }, { limit: 20 });
  const own = items.filter((run) => run.revision === revision && run.purpose !== 'heal');
  const steps = await Promise.all(own.map((run) => stepsOfRun(run, { store })));
  return steps.flat();
}

async function stepsOfRun(
  { id, plan }: Run,
  { store }: Pick<Ports, 'store'>,
): Promise<readonly MadeStep[]> {
  const entries = (await store.journal(id)).map(({ entry }) => entry);
  const changes = plan ? await readAll((page) => store.planChanges(plan.id, page)) : [];
  return madeSteps(
    entries,
    changes.map(({ change }) => change),
  );
}

/** As they ran: each one behind those that it comes after. */
function inOrder({ stacks }: Rollout): readonly StackId[] {
  const ordered = new Set<StackId>();
  const visit = (stack: StackId, path: ReadonlySet<StackId>): void => {
    if (ordered.has(stack) || path.has(stack)) return;
    for (const one of stacks[stack]?.after ?? []) visit(one, new Set([...path, stack]));
    ordered.add(stack);
  };
  for (const stack of Object.keys(stacks).sort()) visit(stack, new Set());
  return [...ordered];
}
