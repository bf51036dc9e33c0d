import type { Comment } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { CommentForm } from './comment-form.tsx';
import type { PatchLine } from './parse-patch.ts';
import { type DiscussionPlace, useDiscussionOrder } from './queries.ts';
import { ThreadView } from './thread-view.tsx';

export interface PatchViewProps {
  readonly place: DiscussionPlace;
  readonly head: string;
  readonly reader: string;
  readonly path: string;
  readonly lines: readonly PatchLine[];
  /** All of the merge request's. */
  readonly comments: readonly Comment[];
  /** Those that begin a thread in this file. */
  readonly threads: readonly Comment[];
}

/** Longer ones are shown in parts: every line is an element. */
const mostLines = 400;

export function PatchView(props: PatchViewProps): ReactNode {
  const { lines, threads, path, head } = props;
  const [shown, setShown] = useState(mostLines);
  const [commenting, setCommenting] = useState<number>();
  return (
    <div className="patch">
      {lines.slice(0, shown).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one patch never move.
        <div key={index}>
          <Line line={line} onComment={setCommenting} />
          {line.after !== undefined &&
            threads
              .filter((thread) => thread.place?.line === line.after)
              .map((thread) => (
                <div key={thread.id} className="patch-thread">
                  <Thread {...props} first={thread} />
                </div>
              ))}
          {line.after !== undefined && line.after === commenting && (
            <NewThread
              {...props}
              at={{ path, line: line.after, commit: head }}
              onEnd={() => setCommenting(undefined)}
            />
          )}
        </div>
      ))}
      {shown < lines.length && (
        <Button tone="bare" onClick={() => setShown(shown + 2000)}>
          Show more of {lines.length.toLocaleString('en')} lines
        </Button>
      )}
    </div>
  );
}

const signs = { added: '+', removed: '−', same: ' ', hunk: '', note: '' } as const;

interface LineProps {
  readonly line: PatchLine;
  readonly onComment: (after: number) => void;
}

function Line({ line, onComment }: LineProps): ReactNode {
  const { kind, text, before, after } = line;
  return (
    <div className={`patch-line patch-${kind}`}>
      <span className="patch-number">{before}</span>
      {after === undefined ? (
        <span className="patch-number" />
      ) : (
        <button
          type="button"
          className="patch-number patch-comment"
          title="Comment on this line"
          aria-label={`Comment on line ${after}`}
          onClick={() => onComment(after)}
        >
          {after}
        </button>
      )}
      <span className="patch-text">
        {signs[kind]} <ForeignText>{text}</ForeignText>
      </span>
    </div>
  );
}

function Thread({ comments, place, reader, first }: PatchViewProps & { readonly first: Comment }) {
  const answers = comments.filter(({ thread }) => thread === first.id);
  return <ThreadView first={first} answers={answers} place={place} reader={reader} />;
}

interface NewThreadProps extends PatchViewProps {
  readonly at: NonNullable<Comment['place']>;
  readonly onEnd: () => void;
}

function NewThread({ place, at, onEnd }: NewThreadProps): ReactNode {
  const order = useDiscussionOrder(place);
  return (
    <div className="patch-thread">
      <CommentForm
        label={`On line ${at.line}. A block called suggestion can be committed.`}
        send="Begin a thread"
        busy={order.isPending}
        error={order.error}
        onSend={(body) =>
          order.mutate({ kind: 'add', comment: { body, place: at } }, { onSuccess: onEnd })
        }
        onCancel={onEnd}
      />
    </div>
  );
}
