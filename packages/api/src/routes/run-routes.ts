import { driftItemSchema } from '../wire/drift-item.ts';
import { journalLineSchema } from '../wire/journal.ts';
import { liveEventSchema } from '../wire/live-event.ts';
import { listOf, pageOf, pageQuerySchema } from '../wire/page.ts';
import { plannedChangeSchema, planSchema } from '../wire/plan.ts';
import { rolloutSchema } from '../wire/rollout.ts';
import { approvalSchema, runSchema } from '../wire/run.ts';
import type { RunCalls } from './calls.ts';
import {
  approvalRequest,
  breakGlassRequest,
  driftQuery,
  eventQuery,
  planName,
  resumeRequest,
  rolloutName,
  runName,
  runQuery,
} from './parameters.ts';
import type { RouteFor } from './route.ts';

export const runRoutes: { readonly [N in keyof RunCalls]: RouteFor<RunCalls[N]> } = {
  runs: {
    method: 'GET',
    path: '/runs',
    summary: 'Lists runs, the newest first',
    tag: 'runs',
    query: runQuery,
    response: pageOf(runSchema),
  },
  run: {
    method: 'GET',
    path: '/runs/{run}',
    summary: 'Shows a run',
    tag: 'runs',
    params: runName,
    response: runSchema,
  },
  journal: {
    method: 'GET',
    path: '/runs/{run}/journal',
    summary: 'Tells what happened in a run, in order',
    tag: 'runs',
    params: runName,
    response: listOf(journalLineSchema),
  },
  approvals: {
    method: 'GET',
    path: '/runs/{run}/approvals',
    summary: 'Lists the approvals of a run',
    tag: 'runs',
    params: runName,
    response: listOf(approvalSchema),
  },
  approve: {
    method: 'POST',
    path: '/runs/{run}/approvals',
    summary: "Approves a run's newest plan by its digest",
    tag: 'runs',
    status: 201,
    params: runName,
    body: approvalRequest,
    response: approvalSchema,
  },
  breakGlass: {
    method: 'POST',
    path: '/runs/{run}/break-glass',
    summary: "Lets a run's newest plan be applied without approvals and in a freeze",
    tag: 'runs',
    status: 202,
    params: runName,
    body: breakGlassRequest,
  },
  cancel: {
    method: 'POST',
    path: '/runs/{run}/cancel',
    summary: 'Ends a run after the step that it is at',
    tag: 'runs',
    status: 202,
    params: runName,
  },
  hold: {
    method: 'POST',
    path: '/runs/{run}/hold',
    summary: 'Stops a run before its next step, until it is resumed',
    tag: 'runs',
    status: 202,
    params: runName,
  },
  resume: {
    method: 'POST',
    path: '/runs/{run}/resume',
    summary: 'Lets a run go on that is held',
    tag: 'runs',
    status: 202,
    params: runName,
    body: resumeRequest,
  },
  plan: {
    method: 'GET',
    path: '/plans/{plan}',
    summary: 'Shows a plan, all but its changes',
    tag: 'runs',
    params: planName,
    response: planSchema,
  },
  planChanges: {
    method: 'GET',
    path: '/plans/{plan}/changes',
    summary: 'Lists the changes of a plan, in order',
    tag: 'runs',
    params: planName,
    query: pageQuerySchema,
    response: pageOf(plannedChangeSchema),
  },
  rollouts: {
    method: 'GET',
    path: '/rollouts',
    summary: 'Lists rollouts, the newest first',
    tag: 'rollouts',
    query: pageQuerySchema,
    response: pageOf(rolloutSchema),
  },
  rollout: {
    method: 'GET',
    path: '/rollouts/{rollout}',
    summary: 'Shows a rollout',
    tag: 'rollouts',
    params: rolloutName,
    response: rolloutSchema,
  },
  drift: {
    method: 'GET',
    path: '/drift',
    summary: 'Lists drift, what is open first',
    tag: 'drift',
    query: driftQuery,
    response: pageOf(driftItemSchema),
  },
  events: {
    method: 'GET',
    path: '/events',
    summary: 'Streams what happens',
    tag: 'events',
    query: eventQuery,
    stream: liveEventSchema,
    resumable: true,
  },
};
