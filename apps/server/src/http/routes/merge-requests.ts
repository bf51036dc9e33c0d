import type { Calls } from '@trueup/api';

import type { Handlers } from '../asked.ts';
import { toPageRequest } from '../page-request.ts';

type Requests =
  | 'mergeRequests'
  | 'openMergeRequest'
  | 'mergeRequest'
  | 'editMergeRequest'
  | 'closeMergeRequest'
  | 'reopenMergeRequest'
  | 'mergeMergeRequest'
  | 'cancelMerge'
  | 'revertMergeRequest'
  | 'mergeRequestDiff'
  | 'mergeConflicts'
  | 'resolveConflicts';

type Talk =
  | 'comments'
  | 'addComment'
  | 'editComment'
  | 'removeComment'
  | 'resolveThread'
  | 'applySuggestion'
  | 'reviews'
  | 'addReview'
  | 'dismissReview';

type Browsing = 'branches' | 'readPath' | 'history';

type Places = 'checks' | 'postCheck' | 'editFiles' | 'hostedRepository' | 'changeHosting';

const requests: Handlers<Requests> = {
  mergeRequests: ({ params, query }, { session }) => {
    const { state, ...page } = query;
    const filter = state === undefined ? {} : { state };
    return session.mergeRequests(params.repository, filter, toPageRequest(page));
  },
  openMergeRequest: ({ params, body }, { session }) =>
    session.openMergeRequest(params.repository, body),
  mergeRequest: ({ params }, { session, signal }) => session.mergeRequest(params, signal),
  editMergeRequest: ({ params, body }, { session }) => session.editMergeRequest(params, body),
  closeMergeRequest: ({ params }, { session }) => session.closeMergeRequest(params),
  reopenMergeRequest: ({ params }, { session }) => session.reopenMergeRequest(params),
  mergeMergeRequest: ({ params, body }, { session }) => session.mergeMergeRequest(params, body),
  cancelMerge: ({ params }, { session }) => session.cancelMerge(params),
  revertMergeRequest: ({ params }, { session }) => session.revertMergeRequest(params),
  mergeRequestDiff: ({ params, query }, { session, signal }) =>
    session.mergeRequestDiff(params, toPageRequest(query), signal),
  resolveConflicts: ({ params, body }, { session }) => session.resolveConflicts(params, body),
  mergeConflicts: ({ params }, { session, signal }) => session.mergeConflicts(params, signal),
};

const talk: Handlers<Talk> = {
  comments: ({ params, query }, { session }) => session.comments(params, toPageRequest(query)),
  addComment: ({ params, body }, { session }) => session.addComment(params, body),
  editComment: ({ params, body }, { session }) => session.editComment(placeOf(params), body.body),
  removeComment: ({ params }, { session }) => session.removeComment(placeOf(params)),
  resolveThread: ({ params, body }, { session }) =>
    session.resolveThread(placeOf(params), body.resolved),
  applySuggestion: ({ params, body }, { session }) =>
    session.applySuggestion(placeOf(params), body),
  reviews: async ({ params }, { session }) => ({ items: await session.reviews(params) }),
  addReview: ({ params, body }, { session }) => session.addReview(params, body),
  dismissReview: ({ params }, { session }) => {
    const { review: id, ...place } = params;
    return session.dismissReview({ ...place, id });
  },
};

const browsing: Handlers<Browsing> = {
  branches: async ({ params }, { session }) => ({
    items: await session.branches(params.repository),
  }),
  readPath: ({ params, query }, { session, signal }) =>
    session.readPath(params.repository, toPlace(query), signal),
  history: ({ params, query }, { session, signal }) => {
    const { revision: _revision, path: _path, ...page } = query;
    return session.history(params.repository, toPlace(query), toPageRequest(page), signal);
  },
};

function toPlace({ revision, path = '' }: Calls['readPath']['query']) {
  return { path, ...(revision !== undefined && { revision }) };
}

const places: Handlers<Places> = {
  checks: async ({ params }, { session }) => ({
    items: await session.checks(params.repository, params.commit),
  }),
  postCheck: ({ params, body }, { session }) =>
    session.postCheck(params.repository, params.commit, body),
  editFiles: ({ params, body }, { session }) => session.editFiles(params.repository, body),
  hostedRepository: ({ params }, { session }) => session.hostedRepository(params.repository),
  changeHosting: ({ params, body }, { session }) => session.changeHosting(params.repository, body),
};

type Telling =
  | 'webhooks'
  | 'addWebhook'
  | 'removeWebhook'
  | 'webhookDeliveries'
  | 'retryWebhookDelivery';

const telling: Handlers<Telling> = {
  webhooks: async ({ params }, { session }) => ({
    items: await session.webhooks(params.repository),
  }),
  addWebhook: ({ params, body }, { session }) => session.addWebhook(params.repository, body),
  removeWebhook: ({ params }, { session }) =>
    session.removeWebhook(params.repository, params.webhook),
  webhookDeliveries: ({ params, query }, { session }) =>
    session.webhookDeliveries(params.repository, toPageRequest(query)),
  retryWebhookDelivery: ({ params }, { session }) =>
    session.retryWebhookDelivery(params.repository, params.delivery),
};

function placeOf({ comment: id, ...place }: Calls['removeComment']['params']) {
  return { ...place, id };
}

export const mergeRequestHandlers: Handlers<Requests | Talk | Browsing | Places | Telling> = {
  ...requests,
  ...browsing,
  ...talk,
  ...places,
  ...telling,
};
