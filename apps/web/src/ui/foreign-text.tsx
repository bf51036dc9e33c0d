import type { ReactNode } from 'react';

import { splitControls } from './visible-text.ts';

/** Text that somebody else wrote: never markup, and nothing in it is invisible. */
export function ForeignText({ children }: { readonly children: string }): ReactNode {
  const parts = splitControls(children);
  if (parts.length === 1 && parts[0]?.kind === 'text') return <bdi>{children}</bdi>;
  return (
    <bdi>
      {parts.map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
          <span key={index} className="control-mark" title="An invisible character">
            {part.name}
          </span>
        ),
      )}
    </bdi>
  );
}
