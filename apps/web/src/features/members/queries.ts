import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Member, MemberSettings } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

/** For administrators alone. */
export function useMembers(): UseQueryResult<readonly Member[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['members'],
    queryFn: async ({ signal }) => (await api.members({ signal })).items,
  });
}

export interface Admission {
  readonly name: string;
  readonly settings: MemberSettings;
}

/** Lets somebody in; whoever is there already gets these settings in place of the ones they had. */
export function useAdmit(): UseMutationResult<Member, Error, Admission> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, settings }: Admission) =>
      api.putMember({ params: { member: name }, body: settings }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['members'] }),
  });
}
