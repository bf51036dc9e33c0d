import { integer, object, optional, type Schema, text, truth } from '../schema/schema.ts';
import { changeSetSchema } from '../wire/change-set.ts';
import { listOf, pageOf, pageQuery } from '../wire/page.ts';
import { approvalSchema } from '../wire/run.ts';
import type { ChangeSetCalls, ChangeSetName, ChangeSetQuery } from './calls.ts';
import { approvalRequest } from './parameters.ts';
import type { RouteFor } from './route.ts';

const name: Schema<string> = text({ minLength: 1, maxLength: 100 });
const tag = 'change sets';

const changeSetName: Schema<ChangeSetName> = object<ChangeSetName>({ changeSet: name });

const changeSetQuery: Schema<ChangeSetQuery> = object<ChangeSetQuery>({
  ...pageQuery,
  repository: optional(name),
  number: optional(integer({ minimum: 1, maximum: 2 ** 31 })),
  open: optional(truth()),
});

export const changeSetRoutes: {
  readonly [N in keyof ChangeSetCalls]: RouteFor<ChangeSetCalls[N]>;
} = {
  changeSets: {
    method: 'GET',
    path: '/change-sets',
    summary: 'Lists what merge requests would bring, the newest first',
    tag,
    query: changeSetQuery,
    response: pageOf(changeSetSchema),
  },
  changeSet: {
    method: 'GET',
    path: '/change-sets/{changeSet}',
    summary: 'Shows what a merge request would bring, and who stands behind it',
    tag,
    params: changeSetName,
    response: changeSetSchema,
  },
  changeSetApprovals: {
    method: 'GET',
    path: '/change-sets/{changeSet}/approvals',
    summary: 'Lists the approvals of a merge request',
    tag,
    params: changeSetName,
    response: listOf(approvalSchema),
  },
  approveChangeSet: {
    method: 'POST',
    path: '/change-sets/{changeSet}/approvals',
    summary: 'Approves plans of a merge request by their digest, or that of all of them',
    tag,
    status: 201,
    params: changeSetName,
    body: approvalRequest,
    response: listOf(approvalSchema),
  },
};
