/** Questions that are asked by creating an object that nobody stores. Everybody may do everything. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { badRequest, invalid } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { valueReply } from '../http/reply.ts';
import { readAt, readList, readObject, readText } from '../object/read-fields.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { type FieldError, invalidField } from '../validation/field-error.ts';
import { readToken } from './account-token.ts';
import { decodeBody } from './decode-body.ts';
import { type ResourceCall, writeRequest } from './resource-call.ts';

const user: JsonObject = {
  username: 'sandbox',
  groups: ['system:masters', 'system:authenticated'],
};

type Review = (value: JsonObject, cluster: Cluster) => JsonObject;

const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: allow,
  localsubjectaccessreviews: allowSubject,
  subjectaccessreviews: allowSubject,
  selfsubjectrulesreviews: (value) => {
    if (!readText(value, 'spec', 'namespace')) throw badRequest('no namespace on request');
    return {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    };
  },
  selfsubjectreviews: () => ({ userInfo: user }),
  tokenreviews: reviewToken,
};

export function isReview(resource: string): boolean {
  return Object.hasOwn(reviews, resource);
}

export async function serveReview(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type, version } = request;
  const body = await readObjectBody(call);
  const draft = decodeBody(cluster, writeRequest(request, 'CreateOptions'), body);
  const kinds = { kind: type.kind, apiVersion: groupVersion(type.group, version.version) };
  const status = reviews[type.resource]?.(draft, cluster) ?? {};
  return valueReply(201, { ...kinds, ...draft, status });
}

function allow(value: JsonObject): JsonObject {
  return decide([...attributeErrors(value)]);
}

function allowSubject(value: JsonObject): JsonObject {
  const isNobody =
    !readText(value, 'spec', 'user') && readList(value, 'spec', 'groups').length === 0;
  const why = 'at least one of user or group must be specified';
  return decide([
    ...attributeErrors(value),
    ...(isNobody ? [invalidField('spec.user', '', why)] : []),
  ]);
}

function decide(errors: readonly FieldError[]): JsonObject {
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', errors);
  return { allowed: true };
}

function attributeErrors(value: JsonObject): readonly FieldError[] {
  const paths = readAt(value, 'spec', 'nonResourceAttributes');
  const resources = readAt(value, 'spec', 'resourceAttributes');
  if (paths !== undefined && resources !== undefined) {
    const { path = '', verb = '' } = readObject(paths);
    const why = 'cannot be specified in combination with resourceAttributes';
    return [invalidField('spec.nonResourceAttributes', { Path: path, Verb: verb }, why)];
  }
  if (paths !== undefined || resources !== undefined) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalidField('spec.resourceAttributes', null, why)];
}

function reviewToken(value: JsonObject, { tokenKey, clock }: Cluster): JsonObject {
  const token = readText(value, 'spec', 'token') ?? '';
  const account = readToken(tokenKey, token, clock.now().getTime() / 1000);
  if (!account) return { user: {}, error: 'invalid bearer token' };
  const { namespace, name, uid } = account;
  const groups = ['', `:${namespace}`].map((one) => `system:serviceaccounts${one}`);
  return {
    authenticated: true,
    user: {
      username: `system:serviceaccount:${namespace}:${name}`,
      uid,
      groups: [...groups, 'system:authenticated'],
    },
  };
}
