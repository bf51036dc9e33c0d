import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { ProposeForm } from './propose-form.tsx';
import { useHosting } from './queries.ts';

/** What a first `trueup.yaml` says: a stack for each folder below `apps`, as soon as there is one. */
const begin = `apiVersion: trueup.dev/v1
targets:
  staging: { kubernetes: { context: staging } }
stacks:
  - name: "{app}"
    path: apps/{app}
    target: staging
`;

export interface EmptyRepositoryProps {
  readonly repository: string;
  readonly mayWrite: boolean;
  readonly onBegun: () => void;
}

/** The ways to a first commit. */
export function EmptyRepository(props: EmptyRepositoryProps): ReactNode {
  const { repository, mayWrite, onBegun } = props;
  const hosting = useHosting(repository);
  if (hosting.isPending) return <Loading what="the repository" />;
  if (hosting.isError) return <Failed error={hosting.error} what="Repository" />;
  const { cloneUrl, defaultBranch } = hosting.data;
  if (!mayWrite) {
    return <Empty title="Nothing lies here yet">Who may write to it begins it.</Empty>;
  }
  return (
    <>
      <Empty title="Nothing lies here yet">
        <p>
          Push what you have, with any user name, and a <Link to="/sign-ins">token of yours</Link>{' '}
          as the password:
        </p>
        <pre className="files-push">{`git push ${cloneUrl} HEAD:${defaultBranch}`}</pre>
        <p>
          Or begin here. <code>context</code> is one of the server's kubeconfig; targets of other
          kinds are in the reference of <code>trueup.yaml</code>.
        </p>
      </Empty>
      <ProposeForm
        repository={repository}
        base={{ text: '' }}
        target={defaultBranch}
        kind="new"
        ways={['straight']}
        path="trueup.yaml"
        begin={begin}
        onDone={onBegun}
      />
    </>
  );
}
