import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRepositories } from '../features/repositories/queries.ts';
import { useRollout } from '../features/runs/queries.ts';
import { RollbackView } from '../features/runs/rollback-view.tsx';
import { RolloutStacks } from '../features/runs/rollout-stacks.tsx';
import { RevisionMark } from '../marks/revision-mark.tsx';
import { Age } from '../ui/age.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';

const route = getRouteApi('/rollouts/$id');

export function RolloutPage(): ReactNode {
  const { id } = route.useParams();
  const rollout = useRollout(id);
  const { data } = rollout;
  const repository = useRepositories().data?.find(({ id: own }) => own === data?.repository);
  const mayOpen = repository?.may.includes('plan') ?? false;
  const states = Object.values(data?.stacks ?? {}).map(({ state }) => state.name);
  const done = states.filter((name) => name === 'succeeded').length;
  return (
    <Page
      title={data ? `Rollout ${data.phase}` : 'Rollout'}
      above="Rollout"
      heading={data ? <span className="heading-word">{data.phase}</span> : 'Rollout'}
      facts={
        data && (
          <>
            <span>
              of <RevisionMark revision={data.revision} />
            </span>
            <span>
              {done} of {states.length} stacks succeeded
            </span>
            <span>
              begun <Age at={data.createdAt} />, last moved <Age at={data.updatedAt} />
            </span>
          </>
        )
      }
    >
      {rollout.isPending && <Loading what="the rollout" />}
      {rollout.isError && (
        <Failed error={rollout.error} what="Rollout" again={() => void rollout.refetch()} />
      )}
      {data && <RolloutStacks rollout={data} />}
      {data && <RollbackView rollout={data.id} mayOpen={mayOpen} />}
    </Page>
  );
}
