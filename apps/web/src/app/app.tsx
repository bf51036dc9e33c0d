import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createApiClient } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { ApiContext } from '../api/api-context.ts';
import { createQueryClient } from './create-query-client.ts';
import { LiveEvents } from './live-events.tsx';
import { createAppRouter } from './router.tsx';

export function App(): ReactNode {
  const [parts] = useState(createParts);
  return (
    <ApiContext value={parts.api}>
      <QueryClientProvider client={parts.queries}>
        <LiveEvents>
          <RouterProvider router={parts.router} />
        </LiveEvents>
      </QueryClientProvider>
    </ApiContext>
  );
}

/** The session's cookie says who asks: the page itself never keeps a token. */
function createParts() {
  return {
    api: createApiClient({ baseUrl: window.location.origin }),
    queries: createQueryClient(),
    router: createAppRouter(),
  };
}
