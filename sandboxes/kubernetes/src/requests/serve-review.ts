/** Questions that are asked by creating an object that nobody stores. Everybody may do everything. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { valueReply } from '../http/reply.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { decodeBody } from './decode-body.ts';
import { type ResourceCall, writeRequest } from './resource-call.ts';

const user: JsonObject = {
  username: 'sandbox',
  groups: ['system:masters', 'system:authenticated'],
};

const answers: Readonly<Record<string, JsonObject>> = {
  selfsubjectaccessreviews: { allowed: true },
  localsubjectaccessreviews: { allowed: true },
  subjectaccessreviews: { allowed: true },
  selfsubjectrulesreviews: {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  },
  selfsubjectreviews: { userInfo: user },
  tokenreviews: { authenticated: true, user },
};

export function isReview(resource: string): boolean {
  return Object.hasOwn(answers, resource);
}

export async function serveReview(request: ResourceCall): Promise<Reply> {
  const { call, cluster, type, version } = request;
  const body = await readObjectBody(call);
  const draft = decodeBody(cluster, writeRequest(request, 'CreateOptions'), body);
  return valueReply(201, {
    kind: type.kind,
    apiVersion: groupVersion(type.group, version.version),
    ...draft,
    status: answers[type.resource] ?? {},
  });
}
