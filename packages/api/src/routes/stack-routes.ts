import { text } from '../schema/schema.ts';
import { adoptionSchema } from '../wire/adoption.ts';
import { listOf, pageOf, pageQuerySchema } from '../wire/page.ts';
import {
  fieldExplanationSchema,
  offspringNodeSchema,
  resourceEventSchema,
  resourceSchema,
} from '../wire/resource.ts';
import { runSchema } from '../wire/run.ts';
import { stackSchema, stackViewSchema } from '../wire/stack.ts';
import type { StackCalls } from './calls.ts';
import {
  adoptionRequest,
  explainQuery,
  logQuery,
  reasonBody,
  rollbackRequest,
  stackName,
} from './parameters.ts';
import type { RouteFor, RouteWords } from './route.ts';

const tag = 'stacks';

export const stackRoutes: { readonly [N in keyof StackCalls]: RouteFor<StackCalls[N]> } = {
  stacks: {
    ...looking('/stacks', 'Lists the stacks'),
    path: '/stacks',
    query: pageQuerySchema,
    response: pageOf(stackViewSchema),
  },
  stack: { ...looking('', 'Shows a stack'), params: stackName, response: stackViewSchema },
  resources: {
    ...looking('/resources', 'Lists what a stack owns in its target'),
    params: stackName,
    response: listOf(resourceSchema),
  },
  offspring: {
    ...looking('/offspring', 'Lists what the resources of a stack brought about'),
    params: stackName,
    response: listOf(offspringNodeSchema),
  },
  resourceEvents: {
    ...looking('/events', 'Lists what the target noted about the resources of a stack'),
    params: stackName,
    response: listOf(resourceEventSchema),
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
    response: listOf(fieldExplanationSchema),
  },
  pause: {
    ...asking('/pause', 'Leaves a stack alone until it is unpaused'),
    params: stackName,
    body: reasonBody,
    response: stackSchema,
  },
  unpause: {
    ...asking('/unpause', 'Ends the pause of a stack, and catches up'),
    params: stackName,
    response: stackSchema,
  },
  apply: {
    ...asking('/apply', "Starts a run of a stack at its repository's head"),
    status: 201,
    params: stackName,
    response: runSchema,
  },
  rollback: {
    ...asking('/rollback', 'Starts a run of a stack at an older revision, and pauses the stack'),
    status: 201,
    params: stackName,
    body: rollbackRequest,
    response: runSchema,
  },
  heal: {
    ...asking('/heal', 'Starts a run that brings back what drifted'),
    status: 201,
    params: stackName,
    response: runSchema,
  },
  adopt: {
    ...asking('/adopt', 'Opens a merge request that takes what drifted into Git'),
    params: stackName,
    body: adoptionRequest,
    response: adoptionSchema,
  },
};

function looking(below: string, summary: string): RouteWords {
  return { method: 'GET', path: `/stacks/{repository}/{stack}${below}`, summary, tag };
}

function asking(below: string, summary: string): RouteWords {
  return { ...looking(below, summary), method: 'POST' };
}
