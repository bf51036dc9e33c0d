import {
  queryOptions,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Actor, BrowserSession, CreatedToken } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

/** Who is signed in. Fails with `ApiError` 401 where nobody is. */
export function useActor(): UseQueryResult<Actor> {
  const api = useApi();
  return useQuery(
    queryOptions({
      queryKey: ['actor'],
      queryFn: ({ signal }) => api.actor({ signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
}

/** Exchanges a token for a session, whose cookie no script can read. */
export function useSignIn(): UseMutationResult<Actor, Error, string> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (token: string) => {
      await api.signIn({ body: { token } });
      return await api.actor();
    },
    onSuccess: (actor) => {
      const before = nameOf(queries.getQueryData<Actor>(['actor']));
      // Nothing of what somebody else has read stays in the page.
      if (before !== undefined && before !== nameOf(actor)) return window.location.reload();
      queries.setQueryData(['actor'], actor);
      return queries.invalidateQueries({ predicate: ({ queryKey: [topic] }) => topic !== 'actor' });
    },
  });
}

function nameOf(actor: Actor | undefined): string | undefined {
  return actor?.kind === 'member' ? actor.name : undefined;
}

export function useSignOut(): UseMutationResult<void, Error, void> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.signOut(),
    // Nothing of what was read stays in the page.
    onSuccess: () => {
      queries.clear();
      window.location.assign('/sign-in');
    },
  });
}

export function useBrowserSessions(member: string): UseQueryResult<readonly BrowserSession[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['sign-ins', member],
    queryFn: async ({ signal }) =>
      (await api.browserSessions({ params: { member }, signal })).items,
  });
}

export function useEndBrowserSession(member: string): UseMutationResult<void, Error, string> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session: string) => api.endBrowserSession({ params: { member, session } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sign-ins'] }),
  });
}

/** `proof`: a token of whoever asks. */
export function useCreateToken(
  member: string,
): UseMutationResult<CreatedToken, Error, { readonly label: string; readonly proof: string }> {
  const api = useApi();
  return useMutation({
    mutationFn: (body) => api.createToken({ params: { member }, body }),
    // What is kept of it is kept by who made it.
    gcTime: 0,
  });
}
