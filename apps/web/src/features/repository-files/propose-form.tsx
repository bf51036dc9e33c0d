import { type ReactNode, type SubmitEvent, useState } from 'react';

import { TextDiff } from '../../changes/text-diff.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { findLineEnds, fromTyped, toTyped } from '../../ui/line-ends.ts';
import { ProblemText } from '../../ui/states.tsx';
import { showControls } from '../../ui/visible-text.ts';
import { pathProblem, suggestBranch } from './file-place.ts';
import { type Proposal, usePropose } from './queries.ts';
import { type RequestDraft, RequestFields } from './request-fields.tsx';

export interface ProposeFormProps {
  readonly repository: string;
  /** What was read when it began: what happens meanwhile changes nothing below the writer's hands. */
  readonly base: { readonly commit?: string; readonly text: string };
  /** Where the change is to go. */
  readonly target: string;
  /** How it may get there, the one that is chosen first in front. */
  readonly ways: readonly [ProposalWay, ...ProposalWay[]];
  readonly kind: 'edit' | 'new' | 'remove';
  /** Of a new file: where it begins, which somebody goes on with. */
  readonly path: string;
  /** What a new file begins with. */
  readonly begin?: string;
  /** Of the merge request, where one was opened. */
  readonly onDone: (number: number | undefined) => void;
}

export type ProposalWay = Proposal['way'];

/** Changes a file without a clone: what is written, what becomes of it, and a merge request. */
export function ProposeForm(props: ProposeFormProps): ReactNode {
  const { repository, kind } = props;
  const [base] = useState(props.base);
  const [path, setPath] = useState(props.path);
  const [typed, setTyped] = useState(() => toTyped(props.begin ?? base.text));
  const [draft, setDraft] = useState<RequestDraft>({ title: '', description: '', branch: '' });
  const [way, setWay] = useState(props.ways[0]);
  const [mark] = useState(createMark);
  const propose = usePropose(repository);
  const { proposal, problem } = compose({ ...props, base, path, typed, draft, mark, way });
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    propose.mutate(proposal, { onSuccess: props.onDone });
  };
  return (
    <form onSubmit={send} className="stack-of-parts">
      {kind === 'new' && <PathField path={path} onChange={setPath} />}
      {kind !== 'remove' && <ContentField typed={typed} onChange={setTyped} />}
      <section aria-label="What becomes of it" className="stack-of-parts">
        <h2>What becomes of it</h2>
        <TextDiff before={toTyped(base.text)} after={kind === 'remove' ? '' : typed} />
      </section>
      <RequestFields draft={draft} suggested={proposal} onChange={setDraft}>
        {props.ways.length > 1 && <WayChoice way={way} target={props.target} onChange={setWay} />}
        {propose.error && (
          <div role="alert">
            <ProblemText error={propose.error} />
          </div>
        )}
        <div className="row">
          <Button
            type="submit"
            tone="strong"
            busy={propose.isPending}
            disabled={problem !== undefined}
          >
            {way === 'straight' ? 'Commit' : 'Open a merge request'}
          </Button>
          <span className="small quiet">{problem ?? promises[way]}</span>
        </div>
      </RequestFields>
    </form>
  );
}

const promises: Readonly<Record<ProposalWay, string>> = {
  request: 'Its plan is computed as soon as it is open. Nothing changes before it is merged.',
  straight: 'It is a commit of the branch at once.',
};
const verbs = { edit: 'Change', new: 'Add', remove: 'Remove' } as const;

interface Written extends ProposeFormProps {
  readonly typed: string;
  readonly draft: RequestDraft;
  readonly mark: string;
  readonly way: ProposalWay;
}

/** What is sent, and why it cannot be yet. */
function compose(written: Written): {
  readonly proposal: Proposal;
  readonly problem: string | undefined;
} {
  const { base, target, kind, path, typed, draft, mark, way } = written;
  const content = fromTyped(typed, findLineEnds(base.text));
  const [title, branch] = [draft.title.trim(), draft.branch.trim()];
  const proposal = {
    path,
    ...(kind !== 'remove' && { content }),
    ...(base.commit !== undefined && { commit: base.commit }),
    way,
    target,
    title: title === '' ? `${verbs[kind]} ${path}` : title,
    description: draft.description.trim(),
    branch: branch === '' ? suggestBranch(path, mark) : branch,
  };
  if (kind === 'new') return { proposal, problem: pathProblem(path) };
  const same = kind === 'edit' && content === base.text;
  return { proposal, problem: same ? 'Nothing is changed yet.' : undefined };
}

/** Few branches end alike. Without TLS a page has no better source of what nobody guesses. */
function createMark(): string {
  const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
  return number.toString(16).padStart(4, '0');
}

interface WayChoiceProps {
  readonly way: ProposalWay;
  readonly target: string;
  readonly onChange: (way: ProposalWay) => void;
}

/** Only where the branch takes commits at all. */
function WayChoice({ way, target, onChange }: WayChoiceProps): ReactNode {
  const options = [
    { value: 'request', words: 'By a merge request' },
    { value: 'straight', words: `Straight onto ${showControls(target)}` },
  ] as const;
  return <Choice label="How it gets there" value={way} options={options} onChange={onChange} />;
}

interface PathFieldProps {
  readonly path: string;
  readonly onChange: (path: string) => void;
}

function PathField({ path, onChange }: PathFieldProps): ReactNode {
  return (
    <label>
      Path
      <input
        className="mono files-wide"
        value={path}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

interface ContentFieldProps {
  readonly typed: string;
  readonly onChange: (typed: string) => void;
}

function ContentField({ typed, onChange }: ContentFieldProps): ReactNode {
  return (
    <label>
      Content
      <textarea
        className="mono files-editor"
        value={typed}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
