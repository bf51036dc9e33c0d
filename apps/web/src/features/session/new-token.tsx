import './sign-in-form.css';

import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import type { CreatedToken } from '@trueup/api';
import type { ReactNode } from 'react';

import { useApi } from '../../api/api-context.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ProblemText } from '../../ui/states.tsx';

export interface NewTokenProps {
  readonly member: string;
  /** What the token is for, by which it is found when it is revoked. */
  readonly label: string;
  readonly words: string;
}

/** Makes a token, and shows it this once: it is kept nowhere, and gone with the page. */
export function NewToken({ member, label, words }: NewTokenProps): ReactNode {
  const create = useCreateToken(member);
  if (create.data) {
    const { token } = create.data;
    return (
      <span className="row" role="status">
        <code className="new-token">{token}</code>
        <CopyButton text={token} what="the token" />
        <span className="small quiet">It is shown this once.</span>
      </span>
    );
  }
  return (
    <span className="row">
      <Button busy={create.isPending} onClick={() => create.mutate(label)}>
        {words}
      </Button>
      {create.error && (
        <span role="alert">
          <ProblemText error={create.error} />
        </span>
      )}
    </span>
  );
}

function useCreateToken(member: string): UseMutationResult<CreatedToken, Error, string> {
  const api = useApi();
  return useMutation({
    mutationFn: (label: string) => api.createToken({ params: { member }, body: { label } }),
    // What is kept of it is kept by who made it.
    gcTime: 0,
  });
}
