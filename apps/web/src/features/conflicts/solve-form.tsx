import type { ConflictFile, NewResolution, ResolvedFile } from '@trueup/api';
import { type ReactNode, type SubmitEvent, useState } from 'react';

import { RoleNeeded } from '../../marks/role-needed.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { ConflictFileView, type Decision, isSolved } from './conflict-file-view.tsx';
import { type ConflictPlace, useResolve } from './queries.ts';

export interface SolveFormProps {
  readonly place: ConflictPlace;
  readonly heads: { readonly source: string; readonly target: string };
  readonly files: readonly ConflictFile[];
  readonly mayWrite: boolean;
  readonly onDone: () => void;
}

/** File by file, then one merge commit. */
export function SolveForm({ place, heads, files, mayWrite, onDone }: SolveFormProps): ReactNode {
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision>>(() => begin(files));
  const resolve = useResolve(place);
  const left = [...decisions.values()].filter((decision) => !isSolved(decision)).length;
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const { source, target } = heads;
    const body = { source, target, files: toFiles(decisions) };
    resolve.mutate(body, { onSuccess: onDone });
  };
  return (
    <form onSubmit={send} className="stack-of-parts">
      {files.map((file) => (
        <ConflictFileView
          key={file.path}
          file={file}
          decision={decisions.get(file.path) ?? undecided}
          onDecide={(decision) => setDecisions(new Map(decisions).set(file.path, decision))}
        />
      ))}
      {resolve.error && (
        <div role="alert">
          <ProblemText error={resolve.error} />
        </div>
      )}
      <div className="row">
        <Button
          type="submit"
          tone="strong"
          busy={resolve.isPending}
          disabled={left > 0 || !mayWrite}
        >
          Commit the solution
        </Button>
        {!mayWrite && <RoleNeeded what="Solving them" verb="plan" />}
        <span className="small quiet">
          {left > 0
            ? `${left} ${left === 1 ? 'file is' : 'files are'} left.`
            : 'It becomes a merge commit on the branch, and the merge request is planned anew.'}
        </span>
      </div>
    </form>
  );
}

const undecided: Decision = { kind: 'keep', keep: 'open' };

function begin(files: readonly ConflictFile[]): ReadonlyMap<string, Decision> {
  return new Map(
    files.map(({ path, text }): [string, Decision] => [
      path,
      text === undefined ? undecided : { kind: 'text', text },
    ]),
  );
}

function toFiles(decisions: ReadonlyMap<string, Decision>): NewResolution['files'] {
  return [...decisions].flatMap(([path, decision]): readonly ResolvedFile[] => {
    if (decision.kind === 'text') return [{ path, content: decision.text }];
    return decision.keep === 'open' ? [] : [{ path, keep: decision.keep }];
  });
}
