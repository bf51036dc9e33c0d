import type { Stack, StackName, StackView } from '@trueup/api';
import { parseResource, type Session } from '@trueup/control-plane';
import { parseFieldPath } from '@trueup/diagnostics';

import type { Handlers } from '../asked.ts';
import { HttpProblem } from '../http-problem.ts';
import { toPageRequest } from '../page-request.ts';

type Looks = 'stacks' | 'stack' | 'resources' | 'offspring' | 'resourceEvents' | 'logs' | 'explain';
type Steps = 'pause' | 'unpause' | 'apply' | 'rollback' | 'heal' | 'adopt';

const looks: Handlers<Looks> = {
  stacks: async ({ query }, { session }) => {
    const page = await session.stacks(toPageRequest(query));
    return { ...page, items: page.items.map(toView) };
  },
  stack: async ({ params }, { session }) => toView(await session.stack(idOf(params))),
  resources: async ({ params }, { session, signal }) => ({
    items: await session.resources(idOf(params), signal),
  }),
  offspring: async ({ params }, { session, signal }) => ({
    items: await session.offspring(idOf(params), signal),
  }),
  resourceEvents: async ({ params }, { session, signal }) => ({
    items: await session.resourceEvents(idOf(params), signal),
  }),
  logs: ({ params, query }, { session, signal }) => {
    const { resource, stream, tailLines = 100, follow = false } = query;
    const id = resourceIn(resource);
    const request = { id, tailLines, follow, ...(stream !== undefined && { stream }) };
    return session.logs(idOf(params), request, signal);
  },
  explain: async ({ params, query }, { session, signal }) => {
    const path = query.path === undefined ? undefined : pathIn(query.path);
    const resource = resourceIn(query.resource);
    return { items: await session.explain(idOf(params), resource, path, signal) };
  },
};

const steps: Handlers<Steps> = {
  pause: async ({ params, body }, { session }) =>
    toStack(await session.pause(idOf(params), body.reason)),
  unpause: async ({ params }, { session }) => toStack(await session.unpause(idOf(params))),
  apply: ({ params }, { session }) => session.apply(idOf(params)),
  rollback: ({ params, body }, { session }) =>
    session.rollback(idOf(params), body.revision, body.reason),
  heal: ({ params }, { session }) => session.heal(idOf(params)),
  adopt: ({ params, body }, { session, signal }) => {
    const { resources, ...rest } = body;
    const ids = resources?.map((one) => resourceIn(one, 'body/resources'));
    return session.adopt(idOf(params), { ...rest, ...(ids && { resources: ids }) }, signal);
  },
};

export const stackHandlers: Handlers<Looks | Steps> = { ...looks, ...steps };

function idOf({ repository, stack }: StackName): string {
  return `${repository}/${stack}`;
}

function resourceIn(
  text: string,
  place = 'query/resource',
): NonNullable<ReturnType<typeof parseResource>> {
  const id = parseResource(text);
  if (id === undefined) throw invalid(place, 'is not the id of a resource');
  return id;
}

function pathIn(text: string): NonNullable<ReturnType<typeof parseFieldPath>> {
  const path = parseFieldPath(text);
  if (path === undefined) throw invalid('query/path', 'is not the path of a field');
  return path;
}

function invalid(place: string, message: string): HttpProblem {
  const findings = [{ place, message }];
  return new HttpProblem('INVALID_REQUEST', `${place}: ${message}`, { findings });
}

type SessionStack = Awaited<ReturnType<Session['pause']>>;
type SessionView = Awaited<ReturnType<Session['stack']>>;

/**
 * What a stack was rendered from is of no use to anybody, and as large as its folder. Merge requests that adopt
 * drift are shown with the drift.
 */
function toStack({ applied, adoptions: _withDrift, ...rest }: SessionStack): Stack {
  if (!applied) return rest;
  const { revision, run, at, targetIdentity } = applied;
  return { ...rest, applied: { revision, run, at, targetIdentity } };
}

function toView({ lastRun, driftCount, may, ...stack }: SessionView): StackView {
  return { ...toStack(stack), driftCount, may, ...(lastRun && { lastRun }) };
}
