import { SessionError } from '@trueup/control-plane';

import type { Handlers } from '../asked.ts';
import { toPageRequest } from '../page-request.ts';

type Names = 'alerts' | 'retryAlert' | 'testAlert';

export const alertHandlers: Handlers<Names> = {
  alerts: ({ query }, { session }) => {
    const { after: _after, limit: _limit, ...filter } = query;
    return session.alerts(filter, toPageRequest(query));
  },
  retryAlert: ({ params }, { session }) => session.retryAlert(params.alert),
  testAlert: async ({ params, body: { name, to } }, { session, signal }) => {
    const { repository } = params;
    if (name !== undefined && to === undefined) {
      return session.testAlert(repository, { name }, signal);
    }
    if (to !== undefined && name === undefined) {
      return session.testAlert(repository, { to }, signal);
    }
    throw new SessionError('INVALID_REQUEST', 'name one of `name` and `to`');
  },
};
