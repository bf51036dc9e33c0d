import type { ReactNode } from 'react';

/** The beginning of a commit, which is enough to find it. */
export function RevisionMark({ revision }: { readonly revision: string }): ReactNode {
  return (
    <code className="revision" title={revision}>
      {revision.slice(0, 8)}
    </code>
  );
}
