import type { Comment } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MarkdownView } from '../../ui/markdown/markdown-view.tsx';
import { CommentForm } from './comment-form.tsx';
import { type DiscussionPlace, useDiscussionOrder } from './queries.ts';

export interface CommentViewProps {
  readonly comment: Comment;
  readonly place: DiscussionPlace;
  /** Name of whoever looks. */
  readonly reader: string;
}

export function CommentView({ comment, place, reader }: CommentViewProps): ReactNode {
  const { id, author, body, createdAt, updatedAt } = comment;
  const order = useDiscussionOrder(place);
  const [editing, setEditing] = useState(false);
  const commit = comment.place?.commit;
  const isOwn = author.login === reader;
  const suggestion = {
    language: 'suggestion',
    show: (text: string): ReactNode => (
      <Suggestion
        text={text}
        busy={order.isPending}
        error={order.error}
        onApply={
          commit === undefined
            ? undefined
            : () => order.mutate({ kind: 'apply-suggestion', comment: id, shown: { body, commit } })
        }
      />
    ),
  };
  return (
    <article className="comment">
      <header className="comment-head">
        <strong>
          <ForeignText>{author.login}</ForeignText>
        </strong>
        <span className="quiet small">
          <Age at={createdAt} />
          {updatedAt !== createdAt && ', edited'}
        </span>
        {isOwn && !editing && (
          <span className="comment-own">
            <Button tone="bare" onClick={() => setEditing(true)}>
              Edit
            </Button>
            <Button
              tone="bare"
              busy={order.isPending}
              onClick={() => order.mutate({ kind: 'remove', comment: id })}
            >
              Remove
            </Button>
          </span>
        )}
      </header>
      {editing ? (
        <CommentForm
          label="Comment"
          send="Keep"
          start={body}
          busy={order.isPending}
          error={order.error}
          onSend={(text) =>
            order.mutate(
              { kind: 'edit', comment: id, body: text },
              { onSuccess: () => setEditing(false) },
            )
          }
          onCancel={() => setEditing(false)}
        />
      ) : (
        <MarkdownView text={body} special={suggestion} />
      )}
    </article>
  );
}

interface SuggestionProps {
  readonly text: string;
  readonly busy: boolean;
  readonly error: Error | null;
  /** Absent for one that is about no lines. */
  readonly onApply: (() => void) | undefined;
}

/** Lines that would take the place of the one that the thread is about. */
function Suggestion({ text, busy, error, onApply }: SuggestionProps): ReactNode {
  return (
    <div className="suggestion">
      <div className="row row-apart">
        <span className="small soft">Suggested in its place</span>
        {onApply && (
          <Button busy={busy} onClick={onApply}>
            Commit it
          </Button>
        )}
      </div>
      <pre>
        <ForeignText>{text === '' ? '(the line goes)' : text}</ForeignText>
      </pre>
      {error && <p className="phase-bad small">{error.message}</p>}
    </div>
  );
}
