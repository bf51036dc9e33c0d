/** What one may do: reviews of access, which the test's user always passes, and tokens. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Scenario, Step } from '../scenario.ts';
import { get, namespacePath, post, silently } from './steps.ts';

const authorization = '/apis/authorization.k8s.io/v1';
const accounts = `${namespacePath}/serviceaccounts`;

function review(kind: string, spec: JsonObject, path?: string): Step {
  return post(path ?? `${authorization}/${kind.toLowerCase()}s`, {
    apiVersion: 'authorization.k8s.io/v1',
    kind,
    spec,
  });
}

/** Why is said in the words of whichever authorizer has decided. */
function pickDecision(body: Json): Json {
  const { kind, spec, status, code, reason } = body as Record<string, Json>;
  const { allowed, denied } = (status ?? {}) as Record<string, Json>;
  return {
    kind: kind ?? null,
    ...(spec !== undefined && { spec }),
    ...(typeof status === 'object' && { allowed: allowed ?? null, denied: denied ?? null }),
    ...(code !== undefined && { code, reason: reason ?? null }),
  };
}

export const accessScenarios: readonly Scenario[] = [
  {
    name: 'whether I may do it',
    pick: pickDecision,
    steps: [
      review('SelfSubjectAccessReview', {
        resourceAttributes: {
          namespace: '{ns}',
          verb: 'delete',
          group: 'apps',
          resource: 'deployments',
        },
      }),
      review('SelfSubjectAccessReview', {
        resourceAttributes: { verb: '*', group: '*', resource: '*' },
      }),
      review('SelfSubjectAccessReview', {
        nonResourceAttributes: { path: '/healthz', verb: 'get' },
      }),
      review('SelfSubjectAccessReview', {}),
      review('SelfSubjectAccessReview', {
        resourceAttributes: { verb: 'get', resource: 'pods' },
        nonResourceAttributes: { path: '/healthz', verb: 'get' },
      }),
    ],
  },
  {
    name: 'all that I may do',
    pick: (body) => {
      const { kind, status, code, reason } = body as Record<string, Json>;
      const { resourceRules, incomplete } = (status ?? {}) as {
        resourceRules?: JsonObject[];
        incomplete?: boolean;
      };
      const all = resourceRules?.some(({ verbs, apiGroups, resources }) =>
        [verbs, apiGroups, resources].every((one) => Array.isArray(one) && one.includes('*')),
      );
      return {
        kind: kind ?? null,
        all: all ?? null,
        incomplete: incomplete ?? null,
        code: code ?? null,
        reason: reason ?? null,
      };
    },
    steps: [
      review('SelfSubjectRulesReview', { namespace: '{ns}' }),
      review('SelfSubjectRulesReview', {}),
    ],
  },
  {
    name: 'whether an administrator may do it',
    pick: pickDecision,
    steps: [
      review('SubjectAccessReview', {
        user: 'somebody',
        groups: ['system:masters'],
        resourceAttributes: { namespace: '{ns}', verb: 'get', resource: 'secrets' },
      }),
      review(
        'LocalSubjectAccessReview',
        {
          user: 'somebody',
          groups: ['system:masters'],
          resourceAttributes: { namespace: '{ns}', verb: 'get', resource: 'secrets' },
        },
        `/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews`,
      ),
      review('SubjectAccessReview', { resourceAttributes: { verb: 'get', resource: 'pods' } }),
    ],
  },
  {
    name: 'who I am',
    pick: (body) => {
      const { kind, apiVersion, status } = body as Record<string, Json>;
      const { userInfo } = (status ?? {}) as { userInfo?: { groups?: string[] } };
      return {
        kind: kind ?? null,
        apiVersion: apiVersion ?? null,
        groups: (userInfo?.groups ?? []).toSorted(),
      };
    },
    steps: [
      post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      }),
    ],
  },
  {
    name: 'a token that nobody has issued',
    pick: (body) => {
      const { kind, status } = body as Record<string, Json>;
      const { authenticated } = (status ?? {}) as { authenticated?: boolean };
      return { kind: kind ?? null, authenticated: authenticated ?? false };
    },
    steps: [
      post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token: 'nonsense' },
      }),
    ],
  },
  {
    name: 'a token of a service account',
    pick: (body) => {
      const { kind, spec, status, code, reason } = body as Record<string, Json>;
      const { token, user } = (status ?? {}) as { token?: string; user?: { username?: string } };
      const { expirationSeconds } = (spec ?? {}) as { expirationSeconds?: number };
      return {
        kind: kind ?? null,
        code: code ?? null,
        reason: reason ?? null,
        expirationSeconds: expirationSeconds ?? null,
        parts: token?.split('.').length ?? 0,
        user: user?.username ?? null,
      };
    },
    steps: [
      silently(
        post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }),
      ),
      post(`${accounts}/robot/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 600 },
      }),
      post(`${accounts}/robot/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      }),
      post(`${accounts}/robot/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 5 },
      }),
      post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token: '{token1}' },
      }),
      post(`${accounts}/none/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      }),
      get(`${accounts}/robot/token`),
    ],
  },
];
