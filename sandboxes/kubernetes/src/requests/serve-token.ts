/** `serviceaccounts/NAME/token`: a token that this sandbox knows again. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { invalid, methodNotAllowed } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { valueReply } from '../http/reply.ts';
import { readList, readNumber, readObject } from '../object/read-fields.ts';
import { invalidField } from '../validation/field-error.ts';
import { issuer, signToken } from './account-token.ts';
import { type ResourceCall, storedOf } from './resource-call.ts';

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const shortest = 600;

export async function requestToken(request: ResourceCall): Promise<Reply> {
  const { call, cluster, path } = request;
  if (call.method !== 'POST') throw methodNotAllowed();
  const spec = readObject(await readObjectBody(call), 'spec');
  const { uid } = storedOf(request);
  const expirationSeconds = readNumber(spec, 'expirationSeconds') ?? 3600;
  if (expirationSeconds < shortest) {
    const why = 'may not specify a duration less than 10 minutes';
    throw invalid(kind, '', [invalidField('spec.expirationSeconds', expirationSeconds, why)]);
  }
  const asked = readList(spec, 'audiences').filter((one) => typeof one === 'string');
  const audiences = asked.length > 0 ? asked : [issuer];
  const now = cluster.clock.now();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + expirationSeconds;
  const { namespace, name } = path;
  const answer: JsonObject = {
    kind: kind.kind,
    apiVersion: `${kind.group}/v1`,
    metadata: { name, namespace, uid, creationTimestamp: formatTime(now) },
    spec: { audiences, expirationSeconds, boundObjectRef: spec['boundObjectRef'] ?? null },
    status: {
      token: signToken(
        cluster.tokenKey,
        { namespace, name, uid },
        { issuedAt, expiresAt, audiences },
      ),
      expirationTimestamp: formatTime(new Date(expiresAt * 1000)),
    },
  };
  return valueReply(201, answer);
}
