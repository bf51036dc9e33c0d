import './tag.css';

import type { ReactNode } from 'react';

/** A word that somebody put on something. */
export function Tag({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className="tag">{children}</span>;
}
