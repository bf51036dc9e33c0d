import type { Handlers } from '../asked.ts';
import { toPageRequest } from '../page-request.ts';

type Names =
  | 'actor'
  | 'members'
  | 'putMember'
  | 'removeMember'
  | 'tokens'
  | 'revokeToken'
  | 'secrets'
  | 'putSecret'
  | 'removeSecret'
  | 'audit';

export const administrationHandlers: Handlers<Names> = {
  actor: async (_input, { session }) => session.actor,
  members: async (_input, { session }) => ({ items: await session.members() }),
  putMember: ({ params, body }, { session }) => session.putMember(params.member, body),
  removeMember: ({ params }, { session }) => session.removeMember(params.member),
  tokens: async ({ params }, { session }) => ({ items: await session.tokens(params.member) }),
  revokeToken: ({ params }, { session }) => session.revokeToken(params.member, params.token),
  secrets: async (_input, { session }) => ({ items: await session.secrets() }),
  putSecret: ({ params, body }, { session }) =>
    session.putSecret(params.secret, body.value, body.uses),
  removeSecret: ({ params }, { session }) => session.removeSecret(params.secret),
  audit: ({ query }, { session }) => session.audit(toPageRequest(query)),
};
