import './ask-dialog.css';

import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';

import { Button } from './button.tsx';
import { ProblemText } from './states.tsx';

export interface AskDialogProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** Of what is asked for; without it nothing is. */
  readonly reasonLabel?: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks before something that is not undone by asking again. The browser keeps the focus in it. */
export function AskDialog(props: AskDialogProps): ReactNode {
  const { title, children, reasonLabel, confirm, danger, busy, error } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    props.onConfirm(reason.trim());
  };
  return (
    <dialog ref={dialog} className="ask" aria-label={title} onClose={props.onClose}>
      <form onSubmit={send} className="ask-form">
        <h2>{title}</h2>
        {children}
        {reasonLabel !== undefined && (
          <label>
            {reasonLabel}
            <textarea
              value={reason}
              maxLength={1000}
              required
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
        )}
        {error && (
          <div role="alert" className="ask-problem">
            <ProblemText error={error} />
          </div>
        )}
        <div className="row ask-ends">
          <Button onClick={() => dialog.current?.close()}>Not now</Button>
          <Button
            type="submit"
            tone={danger ? 'danger' : 'strong'}
            busy={busy}
            disabled={reasonLabel !== undefined && reason.trim() === ''}
          >
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
