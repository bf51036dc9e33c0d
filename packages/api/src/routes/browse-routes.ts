import {
  branchSchema,
  historyEntrySchema,
  historyQuerySchema,
  pathQuerySchema,
  pathViewSchema,
} from '../wire/browse.ts';
import { listOf, pageOf } from '../wire/page.ts';
import type { MergeRequestCalls } from './merge-request-calls.ts';
import { repositoryName } from './parameters.ts';
import type { RouteFor } from './route.ts';

const tag = 'repositories';

type Browsing = 'branches' | 'readPath' | 'history';

/** What lies in a repository of the built-in forge. */
export const browseRoutes: { readonly [K in Browsing]: RouteFor<MergeRequestCalls[K]> } = {
  branches: {
    method: 'GET',
    path: '/repositories/{repository}/branches',
    summary: 'Lists the branches, the default one first',
    tag,
    params: repositoryName,
    response: listOf(branchSchema),
  },
  readPath: {
    method: 'GET',
    path: '/repositories/{repository}/files',
    summary: 'Shows a folder or a file at a branch or a commit',
    tag,
    params: repositoryName,
    query: pathQuerySchema,
    response: pathViewSchema,
  },
  history: {
    method: 'GET',
    path: '/repositories/{repository}/commits',
    summary: 'Lists the commits of a branch, or those that changed a path, the newest first',
    tag,
    params: repositoryName,
    query: historyQuerySchema,
    response: pageOf(historyEntrySchema),
  },
};
