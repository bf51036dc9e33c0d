import { text } from '../schema/schema.ts';
import { listOf, pageOf, pageQuery } from '../wire/page.ts';
import { fieldExplanation, offspringNode, resource, resourceEvent } from '../wire/resource.ts';
import { run } from '../wire/run.ts';
import { stack, stackView } from '../wire/stack.ts';
import type { StackCalls } from './calls.ts';
import { explainQuery, logQuery, reasonBody, rollbackRequest, stackName } from './parameters.ts';
import type { RouteFor, RouteWords } from './route.ts';

const tag = 'stacks';

export const stackRoutes: { readonly [N in keyof StackCalls]: RouteFor<StackCalls[N]> } = {
  stacks: {
    ...looking('/stacks', 'Lists the stacks'),
    path: '/stacks',
    query: pageQuery,
    response: pageOf(stackView),
  },
  stack: { ...looking('', 'Shows a stack'), params: stackName, response: stackView },
  resources: {
    ...looking('/resources', 'Lists what a stack owns in its target'),
    params: stackName,
    response: listOf(resource),
  },
  offspring: {
    ...looking('/offspring', 'Lists what the resources of a stack brought about'),
    params: stackName,
    response: listOf(offspringNode),
  },
  resourceEvents: {
    ...looking('/events', 'Lists what the target noted about the resources of a stack'),
    params: stackName,
    response: listOf(resourceEvent),
  },
  logs: {
    ...looking('/logs', 'Streams the log of a resource of a stack'),
    params: stackName,
    query: logQuery,
    stream: text(),
  },
  explain: {
    ...looking('/explanation', 'Tells why the fields of a resource are as they are'),
    params: stackName,
    query: explainQuery,
    response: listOf(fieldExplanation),
  },
  pause: {
    ...asking('/pause', 'Leaves a stack alone until it is unpaused'),
    params: stackName,
    body: reasonBody,
    response: stack,
  },
  unpause: {
    ...asking('/unpause', 'Ends the pause of a stack, and catches up'),
    params: stackName,
    response: stack,
  },
  apply: {
    ...asking('/apply', "Starts a run of a stack at its repository's head"),
    status: 201,
    params: stackName,
    response: run,
  },
  rollback: {
    ...asking('/rollback', 'Starts a run of a stack at an older revision, and pauses the stack'),
    status: 201,
    params: stackName,
    body: rollbackRequest,
    response: run,
  },
  heal: {
    ...asking('/heal', 'Starts a run that brings back what drifted'),
    status: 201,
    params: stackName,
    response: run,
  },
};

function looking(below: string, summary: string): RouteWords {
  return { method: 'GET', path: `/stacks/{repository}/{stack}${below}`, summary, tag };
}

function asking(below: string, summary: string): RouteWords {
  return { ...looking(below, summary), method: 'POST' };
}
