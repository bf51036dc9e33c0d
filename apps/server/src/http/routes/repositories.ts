import type { Handlers } from '../asked.ts';

type Names =
  | 'repositories'
  | 'addRepository'
  | 'removeRepository'
  | 'hintRepository'
  | 'diagnostics';

export const repositoryHandlers: Handlers<Names> = {
  repositories: async (_input, { session }) => ({ items: await session.repositories() }),
  addRepository: ({ body }, { session }) => session.addRepository(body),
  removeRepository: ({ params }, { session }) => session.removeRepository(params.repository),
  hintRepository: ({ params }, { session }) => session.hintRepository(params.repository),
  diagnostics: async (_input, { session }) => ({ items: await session.diagnostics() }),
};
