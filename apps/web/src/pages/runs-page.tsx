import type { ReactNode } from 'react';

import { RunList } from '../features/runs/run-list.tsx';
import { Page } from '../ui/page.tsx';

export function RunsPage(): ReactNode {
  return (
    <Page title="Runs" heading="Runs">
      <RunList />
    </Page>
  );
}
