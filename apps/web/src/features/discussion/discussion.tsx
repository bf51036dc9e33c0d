import './discussion.css';

import type { Review } from '@trueup/api';
import { type ReactNode, useMemo, useState } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MarkdownView } from '../../ui/markdown/markdown-view.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { CommentForm } from './comment-form.tsx';
import { type DiscussionPlace, useComments, useDiscussionOrder, useReviews } from './queries.ts';
import { threadComments } from './thread-comments.ts';
import { ThreadView } from './thread-view.tsx';

export interface DiscussionProps {
  readonly place: DiscussionPlace;
  readonly reader: string;
  /** Of the merge request, as its author wrote it. */
  readonly description: string;
}

export function Discussion({ place, reader, description }: DiscussionProps): ReactNode {
  const comments = useComments(place);
  const reviews = useReviews(place);
  const entries = useMemo(
    () => threadComments(comments.data?.items ?? [], reviews.data ?? []),
    [comments.data, reviews.data],
  );
  return (
    <div className="discussion">
      {description.trim() !== '' && (
        <section className="description" aria-label="Description">
          <MarkdownView text={description} />
        </section>
      )}
      {comments.isPending && <Loading what="the discussion" />}
      {comments.isError && <Failed error={comments.error} what="Discussion" />}
      {entries.map((entry) =>
        entry.kind === 'thread' ? (
          <ThreadView
            key={entry.first.id}
            first={entry.first}
            answers={entry.answers}
            place={place}
            reader={reader}
          />
        ) : (
          <ReviewView key={`review ${entry.review.id}`} review={entry.review} />
        ),
      )}
      <NewComment place={place} />
    </div>
  );
}

const verdictWords: Readonly<Record<Review['verdict'], string>> = {
  approved: 'approved the code',
  'changes-requested': 'asked for changes',
  commented: 'reviewed',
  dismissed: 'reviewed, which was dismissed',
};

function ReviewView({ review }: { readonly review: Review }): ReactNode {
  return (
    <section className={`review review-${review.verdict}`} aria-label="Review">
      <p>
        <strong>
          <ForeignText>{review.author.login}</ForeignText>
        </strong>{' '}
        {verdictWords[review.verdict]} of <code>{review.commit.slice(0, 8)}</code>{' '}
        <span className="quiet small">
          <Age at={review.submittedAt} />
        </span>
      </p>
      {review.body.trim() !== '' && <MarkdownView text={review.body} />}
    </section>
  );
}

function NewComment({ place }: { readonly place: DiscussionPlace }): ReactNode {
  const order = useDiscussionOrder(place);
  const [thread, setThread] = useState(false);
  return (
    <CommentForm
      label="Write a comment. Markdown works, and so does /trueup plan."
      send="Comment"
      busy={order.isPending}
      error={order.error}
      onSend={(body, clear) =>
        order.mutate(
          { kind: 'add', comment: { body, ...(thread && { discussion: true }) } },
          { onSuccess: clear },
        )
      }
    >
      <label className="comment-thread">
        <input
          type="checkbox"
          checked={thread}
          onChange={(event) => setThread(event.target.checked)}
        />
        somebody has to resolve it
      </label>
    </CommentForm>
  );
}
