import type { ReactNode } from 'react';

import { Discussion, type DiscussionProps } from '../features/discussion/discussion.tsx';

export function DiscussionTab(props: DiscussionProps): ReactNode {
  return <Discussion {...props} />;
}
