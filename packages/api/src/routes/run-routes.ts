import { driftItem } from '../wire/drift-item.ts';
import { journalEntry } from '../wire/journal.ts';
import { liveEvent } from '../wire/live-event.ts';
import { listOf, pageOf, pageQuery } from '../wire/page.ts';
import { plan, plannedChange } from '../wire/plan.ts';
import { rollout } from '../wire/rollout.ts';
import { approval, run } from '../wire/run.ts';
import type { RunCalls } from './calls.ts';
import {
  approvalRequest,
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
    response: pageOf(run),
  },
  run: {
    method: 'GET',
    path: '/runs/{run}',
    summary: 'Shows a run',
    tag: 'runs',
    params: runName,
    response: run,
  },
  journal: {
    method: 'GET',
    path: '/runs/{run}/journal',
    summary: 'Tells what happened in a run, in order',
    tag: 'runs',
    params: runName,
    response: listOf(journalEntry),
  },
  approvals: {
    method: 'GET',
    path: '/runs/{run}/approvals',
    summary: 'Lists the approvals of a run',
    tag: 'runs',
    params: runName,
    response: listOf(approval),
  },
  approve: {
    method: 'POST',
    path: '/runs/{run}/approvals',
    summary: "Approves a run's newest plan by its digest",
    tag: 'runs',
    status: 201,
    params: runName,
    body: approvalRequest,
    response: approval,
  },
  cancel: {
    method: 'POST',
    path: '/runs/{run}/cancel',
    summary: 'Ends a run after the step that it is at',
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
    response: plan,
  },
  planChanges: {
    method: 'GET',
    path: '/plans/{plan}/changes',
    summary: 'Lists the changes of a plan, in order',
    tag: 'runs',
    params: planName,
    query: pageQuery,
    response: pageOf(plannedChange),
  },
  rollouts: {
    method: 'GET',
    path: '/rollouts',
    summary: 'Lists rollouts, the newest first',
    tag: 'rollouts',
    query: pageQuery,
    response: pageOf(rollout),
  },
  rollout: {
    method: 'GET',
    path: '/rollouts/{rollout}',
    summary: 'Shows a rollout',
    tag: 'rollouts',
    params: rolloutName,
    response: rollout,
  },
  drift: {
    method: 'GET',
    path: '/drift',
    summary: 'Lists drift, what is open first',
    tag: 'drift',
    query: driftQuery,
    response: pageOf(driftItem),
  },
  events: {
    method: 'GET',
    path: '/events',
    summary: 'Streams what happens',
    tag: 'events',
    query: eventQuery,
    stream: liveEvent,
    resumable: true,
  },
};
