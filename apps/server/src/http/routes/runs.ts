import type { Handlers } from '../asked.ts';
import { toPageRequest } from '../page-request.ts';

type Looks =
  | 'runs'
  | 'run'
  | 'journal'
  | 'approvals'
  | 'plan'
  | 'planChanges'
  | 'rollouts'
  | 'rollout'
  | 'rollbackOf'
  | 'drift';
type Steps = 'approve' | 'breakGlass' | 'cancel' | 'hold' | 'resume' | 'rollbackRollout';

const looks: Handlers<Looks> = {
  runs: ({ query }, { session }) => {
    const { stack, ended, ...page } = query;
    const filter = { ...(stack !== undefined && { stack }), ...(ended !== undefined && { ended }) };
    return session.runs(filter, toPageRequest(page));
  },
  run: ({ params }, { session }) => session.run(params.run),
  journal: async ({ params }, { session }) => ({ items: await session.journal(params.run) }),
  approvals: async ({ params }, { session }) => ({ items: await session.approvals(params.run) }),
  plan: ({ params }, { session }) => session.plan(params.plan),
  planChanges: ({ params, query }, { session }) =>
    session.planChanges(params.plan, toPageRequest(query)),
  rollouts: ({ query }, { session }) => session.rollouts(toPageRequest(query)),
  rollout: ({ params }, { session }) => session.rollout(params.rollout),
  rollbackOf: ({ params }, { session }) => session.rollbackOf(params.rollout),
  drift: ({ query }, { session }) => {
    const { stack, open, ...page } = query;
    const filter = { ...(stack !== undefined && { stack }), ...(open !== undefined && { open }) };
    return session.drift(filter, toPageRequest(page));
  },
};

const steps: Handlers<Steps> = {
  approve: ({ params, body }, { session }) => session.approve(params.run, body.digest),
  breakGlass: ({ params, body }, { session }) =>
    session.breakGlass(params.run, body.digest, body.reason),
  cancel: ({ params }, { session }) => session.cancel(params.run),
  hold: ({ params }, { session }) => session.hold(params.run),
  resume: ({ params, body }, { session }) => session.resume(params.run, body.doubt),
  rollbackRollout: ({ params, body }, { session, signal }) =>
    session.rollbackRollout(params.rollout, body.reason, signal),
};

export const runHandlers: Handlers<Looks | Steps> = { ...looks, ...steps };
