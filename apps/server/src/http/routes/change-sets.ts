import type { Handlers } from '../asked.ts';
import { toPageRequest } from '../page-request.ts';

type Names = 'changeSets' | 'changeSet' | 'changeSetApprovals' | 'approveChangeSet';

export const changeSetHandlers: Handlers<Names> = {
  changeSets: ({ query }, { session }) => session.changeSets(query, toPageRequest(query)),
  changeSet: ({ params }, { session }) => session.changeSet(params.changeSet),
  changeSetApprovals: async ({ params }, { session }) => ({
    items: await session.changeSetApprovals(params.changeSet),
  }),
  approveChangeSet: async ({ params, body }, { session }) => ({
    items: await session.approveChangeSet(params.changeSet, body.digest),
  }),
};
