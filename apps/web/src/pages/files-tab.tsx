import type { ReactNode } from 'react';

import { ChangedFiles, type ChangedFilesProps } from '../features/discussion/changed-files.tsx';

export function FilesTab(props: ChangedFilesProps): ReactNode {
  return <ChangedFiles {...props} />;
}
