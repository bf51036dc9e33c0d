import './page.css';

import { type ReactNode, useEffect, useRef } from 'react';

export interface PageProps {
  /** Of the browser's tab. */
  readonly title: string;
  readonly heading: ReactNode;
  /** Above the heading: where one is. */
  readonly above?: ReactNode;
  /** Below the heading: facts in one line. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, heading, above, facts, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Trueup`;
  }, [title]);
  const content = useRef<HTMLElement>(null);
  // Who moves on by keyboard or listens goes on in the new page, not behind the link.
  useEffect(() => content.current?.focus({ preventScroll: true }), []);
  return (
    <main ref={content} className="page" id="content" tabIndex={-1}>
      <header className="page-head">
        <div className="page-words">
          {above && <p className="page-above">{above}</p>}
          <h1>{heading}</h1>
          {facts && <div className="page-facts">{facts}</div>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
