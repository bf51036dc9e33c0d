import type { RepositoryRecord, Rollout } from '@trueup/engine';
import { notFound, SessionError } from '../../access/session-error.ts';
import type { Desk } from '../desk.ts';
import { describeRolloutRollback } from './describe-rollout-rollback.ts';
import { obstacleOf, openRevert } from './open-revert.ts';
import type { RollbackSession, RollbackView } from './rollback-session.ts';

export function rollbackCalls(desk: Desk): RollbackSession {
  return {
    async rollbackOf(id) {
      const found = await find(id, desk);
      return view(found, desk);
    },
    async rollbackRollout(id, reason, signal) {
      const found = await find(id, desk);
      const { repository, rollout } = found;
      const { name, head } = repository;
      desk.require('plan', { kind: 'repository', name });
      const shown = await view(found, desk);
      const { before, revision: after, obstacle } = shown;
      if (obstacle !== undefined || before === undefined || head === undefined) {
        throw new SessionError('CONFLICT', `${name}: not taken back: ${obstacle ?? ''}`);
      }
      const title = `Roll back ${after.slice(0, 12)}: ${reason}`.split('\n')[0] ?? '';
      const revert = {
        repository: { ...repository, head },
        before,
        after,
        title: title.slice(0, 300),
        body: describeRevert(shown, reason),
        message: `${title}\n\nThis takes back rollout ${rollout.id}: ${before}..${after}.`,
      };
      const opened = await openRevert(revert, desk, signal);
      const { number } = opened;
      const { store, mergeRequests } = desk.ports;
      const detail = { rollout: id, mergeRequest: number, revision: after };
      await store.commit([desk.audit('rollback:opened', name, detail)]);
      mergeRequests.hint(name, number);
      return opened;
    },
  };
}

interface Found {
  readonly rollout: Rollout;
  readonly repository: RepositoryRecord;
}

async function find(id: string, desk: Desk): Promise<Found> {
  const rollout = await desk.ports.store.rollout(id);
  const repository = (await desk.visible()).find((one) => one.id === rollout?.repository);
  if (!rollout || !repository) throw notFound(`rollout ${id}`);
  return { rollout, repository };
}

async function view({ rollout, repository }: Found, desk: Desk): Promise<RollbackView> {
  const shown = await describeRolloutRollback(rollout, repository, desk.ports);
  const nothing = 'There was nothing before it to go back to.';
  const obstacle = rollout.before === undefined ? nothing : obstacleOf(repository);
  return { ...shown, ...(obstacle !== undefined && { obstacle }) };
}

/** For those who are to approve it. Ids of resources stay out: anybody names them. */
function describeRevert({ rollout, before, revision, stacks }: RollbackView, reason: string) {
  const kept = stacks.flatMap(({ stack, leaves }) =>
    leaves.map(({ says, resources: { length } }) => `- \`${stack}\` (${length}): ${says}`),
  );
  return [
    `Takes back what rollout ${rollout} brought: ${before}..${revision}.`,
    '',
    reason,
    ...(kept.length > 0 ? ['', '**What stays as it is**', '', ...kept] : []),
  ].join('\n');
}
