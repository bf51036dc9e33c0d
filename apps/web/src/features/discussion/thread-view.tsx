import type { Comment } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { CommentForm } from './comment-form.tsx';
import { CommentView } from './comment-view.tsx';
import { type DiscussionPlace, useDiscussionOrder } from './queries.ts';
import { isOpenThread } from './thread-comments.ts';

export interface ThreadViewProps {
  readonly first: Comment;
  readonly answers: readonly Comment[];
  readonly place: DiscussionPlace;
  readonly reader: string;
}

/** A comment, its answers, and whether somebody still has to resolve it. */
export function ThreadView({ first, answers, place, reader }: ThreadViewProps): ReactNode {
  const isThread = first.discussion === true || first.place !== undefined;
  const [unfolded, setUnfolded] = useState(first.resolved === undefined);
  return (
    <section className={isOpenThread(first) ? 'thread thread-open' : 'thread'} aria-label="Thread">
      {(first.place !== undefined || first.resolved !== undefined) && (
        <div className="thread-head small">
          {first.place && (
            <code>
              <ForeignText>{`${first.place.path}:${first.place.line}`}</ForeignText>
            </code>
          )}
          {first.resolved && (
            <span className="soft">
              resolved by <ForeignText>{first.resolved.by.login}</ForeignText>
              <Button tone="bare" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
                {unfolded ? 'Fold' : 'Show'}
              </Button>
            </span>
          )}
        </div>
      )}
      {unfolded && (
        <>
          {[first, ...answers].map((comment) => (
            <CommentView key={comment.id} comment={comment} place={place} reader={reader} />
          ))}
          {isThread && <ThreadEnd first={first} place={place} />}
        </>
      )}
    </section>
  );
}

function ThreadEnd(props: { readonly first: Comment; readonly place: DiscussionPlace }): ReactNode {
  const { first, place } = props;
  const order = useDiscussionOrder(place);
  const [answering, setAnswering] = useState(false);
  const resolve = (
    <Button
      busy={order.isPending}
      onClick={() =>
        order.mutate({ kind: 'resolve', comment: first.id, resolved: !first.resolved })
      }
    >
      {first.resolved ? 'Open it again' : 'Resolve'}
    </Button>
  );
  if (!answering) {
    return (
      <div className="row thread-end">
        <Button onClick={() => setAnswering(true)}>Answer</Button>
        {resolve}
        {order.error && <span className="phase-bad small">{order.error.message}</span>}
      </div>
    );
  }
  return (
    <div className="thread-end">
      <CommentForm
        label="Answer"
        send="Answer"
        busy={order.isPending}
        error={order.error}
        onSend={(body) =>
          order.mutate(
            { kind: 'add', comment: { body, thread: first.id } },
            { onSuccess: () => setAnswering(false) },
          )
        }
        onCancel={() => setAnswering(false)}
      >
        {resolve}
      </CommentForm>
    </div>
  );
}
