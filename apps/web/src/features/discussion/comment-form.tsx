import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';

export interface CommentFormProps {
  readonly label: string;
  readonly send: string;
  readonly start?: string;
  readonly busy: boolean;
  readonly error: Error | null;
  /** `clear` empties what was written, once it has arrived. */
  readonly onSend: (body: string, clear: () => void) => void;
  readonly onCancel?: () => void;
  /** Beside the button. */
  readonly children?: ReactNode;
}

export function CommentForm(props: CommentFormProps): ReactNode {
  const { label, send, busy, error, onSend, onCancel, children } = props;
  const [body, setBody] = useState(props.start ?? '');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSend(body, () => setBody(''));
  };
  return (
    <form className="comment-form" onSubmit={submit}>
      <textarea
        aria-label={label}
        placeholder={label}
        maxLength={100_000}
        value={body}
        onChange={(event) => setBody(event.target.value)}
      />
      <div className="row">
        <Button type="submit" busy={busy} disabled={body.trim() === ''}>
          {send}
        </Button>
        {onCancel && (
          <Button tone="bare" onClick={onCancel}>
            Not now
          </Button>
        )}
        {children}
      </div>
      {error && (
        <div role="alert" className="comment-problem">
          <ProblemText error={error} />
        </div>
      )}
    </form>
  );
}
