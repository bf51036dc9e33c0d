import './conflicts.css';

import type { ConflictFile } from '@trueup/api';
import type { ReactNode } from 'react';

import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { findLineEnds, fromTyped, toTyped } from '../../ui/line-ends.ts';
import { showControls } from '../../ui/visible-text.ts';
import { hasMarks, listHunks, type MarkedHunk, solveHunk } from './split-marks.ts';

/** What somebody has decided about one file so far. */
export type Decision =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'keep'; readonly keep: 'source' | 'target' | 'open' };

export function isSolved(decision: Decision): boolean {
  return decision.kind === 'text' ? !hasMarks(decision.text) : decision.keep !== 'open';
}

export interface ConflictFileProps {
  readonly file: ConflictFile;
  readonly decision: Decision;
  readonly onDecide: (decision: Decision) => void;
}

export function ConflictFileView({ file, decision, onDecide }: ConflictFileProps): ReactNode {
  return (
    <section className="panel" aria-label={showControls(file.path)}>
      <header className="panel-head">
        <h2>
          <ForeignText>{file.path}</ForeignText>
        </h2>
        <span className={isSolved(decision) ? 'approval-covered small' : 'phase-waits small'}>
          {isSolved(decision) ? 'solved' : 'to be solved'}
        </span>
      </header>
      <div className="panel-body stack-of-parts">
        {decision.kind === 'keep' ? (
          <KeepOne keep={decision.keep} onDecide={onDecide} />
        ) : (
          <SolveText text={decision.text} onDecide={onDecide} />
        )}
      </div>
    </section>
  );
}

const sides = [
  { value: 'target', words: 'As in the target branch' },
  { value: 'source', words: 'As in this merge request' },
  { value: 'open', words: 'Not decided' },
] as const;

interface KeepOneProps {
  readonly keep: 'source' | 'target' | 'open';
  readonly onDecide: (decision: Decision) => void;
}

function KeepOne({ keep, onDecide }: KeepOneProps): ReactNode {
  return (
    <>
      <p className="soft">
        It is no text, or one side removed or renamed it: one of the two is kept.
      </p>
      <Choice
        label="Which one is kept"
        value={keep}
        options={sides}
        onChange={(chosen) => onDecide({ kind: 'keep', keep: chosen })}
      />
    </>
  );
}

interface SolveTextProps {
  readonly text: string;
  readonly onDecide: (decision: Decision) => void;
}

function SolveText({ text, onDecide }: SolveTextProps): ReactNode {
  const ends = findLineEnds(text);
  const decide = (solved: string): void => onDecide({ kind: 'text', text: solved });
  return (
    <>
      {listHunks(text).map((hunk, index) => (
        <Hunk
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is known by.
          key={index}
          hunk={hunk}
          onSolve={(solution) => decide(solveHunk(text, index, solution))}
        />
      ))}
      <label>
        The whole file
        <textarea
          className="mono conflict-text"
          value={toTyped(text)}
          spellCheck={false}
          onChange={(event) => decide(fromTyped(event.target.value, ends))}
        />
      </label>
    </>
  );
}

interface HunkProps {
  readonly hunk: MarkedHunk;
  readonly onSolve: (solution: string) => void;
}

function Hunk({ hunk, onSolve }: HunkProps): ReactNode {
  const { target, base, source } = hunk;
  return (
    <div className="conflict-hunk">
      <Side words="Target branch" text={target} onTake={() => onSolve(target)} />
      <Side words="Before both" text={base} />
      <Side words="This merge request" text={source} onTake={() => onSolve(source)} />
      <Button onClick={() => onSolve(`${target}${source}`)}>Take both, one after the other</Button>
    </div>
  );
}

interface SideProps {
  readonly words: string;
  readonly text: string;
  readonly onTake?: () => void;
}

function Side({ words, text, onTake }: SideProps): ReactNode {
  return (
    <div className="conflict-side">
      <h3>{words}</h3>
      {text === '' ? (
        <p className="quiet small">nothing</p>
      ) : (
        <pre>
          <ForeignText>{text}</ForeignText>
        </pre>
      )}
      {onTake && <Button onClick={onTake}>Take this</Button>}
    </div>
  );
}
