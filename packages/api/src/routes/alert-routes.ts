import { alertSchema, alertTestSchema, alertTrialSchema } from '../wire/alert.ts';
import { pageOf } from '../wire/page.ts';
import type { AlertCalls } from './calls.ts';
import { alertName, alertQuery, repositoryName } from './parameters.ts';
import type { RouteFor } from './route.ts';

export const alertRoutes: { readonly [N in keyof AlertCalls]: RouteFor<AlertCalls[N]> } = {
  alerts: {
    method: 'GET',
    path: '/alerts',
    summary: 'Lists the outbox of alerts, the newest first',
    tag: 'alerts',
    query: alertQuery,
    response: pageOf(alertSchema),
  },
  retryAlert: {
    method: 'POST',
    path: '/alerts/{alert}/retry',
    summary: 'Sends an alert once more',
    tag: 'alerts',
    params: alertName,
    response: alertSchema,
  },
  testAlert: {
    method: 'POST',
    path: '/repositories/{repository}/alerts/test',
    summary: 'Sends a test to a destination of alerts, and tells its answer',
    tag: 'alerts',
    params: repositoryName,
    body: alertTestSchema,
    response: alertTrialSchema,
  },
};
