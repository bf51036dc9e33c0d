import { type OperationError, StalledError } from '@trueup/diagnostics';
import { formatResourceId } from '@trueup/provider-sdk';
import { expect, it } from 'vitest';

import {
  KubernetesApiError,
  NoConnectionError,
  UntrustedServerError,
} from './kubernetes-client.ts';
import { parseRefusal } from './schema.ts';
import { translateErrors } from './translate-errors.ts';

const subject = formatResourceId({ kind: 'ConfigMap', scope: 'default', name: 'settings' });

it.each([
  ['a refusal', refusal(422, 'Invalid'), 'StalledError KUBERNETES_REFUSED'],
  ['another version', refusal(409, 'Conflict'), 'TransientError KUBERNETES_CONFLICT'],
  ['a name that is taken', refusal(409, 'AlreadyExists'), 'StalledError KUBERNETES_EXISTS'],
  ['a lack of rights', refusal(403, 'Forbidden'), 'StalledError KUBERNETES_FORBIDDEN'],
  ['a pass that is not known', refusal(401, 'Unauthorized'), 'StalledError KUBERNETES_FORBIDDEN'],
  ['a busy server', refusal(503, 'ServiceUnavailable'), 'TransientError KUBERNETES_BUSY'],
  ['a full queue', refusal(429, 'TooManyRequests'), 'TransientError KUBERNETES_BUSY'],
  ['a broken server', refusal(500, 'InternalError'), 'TransientError KUBERNETES_NO_ANSWER'],
  ['a time-out', refusal(504, 'Timeout'), 'TransientError KUBERNETES_NO_ANSWER'],
  ['silence', new TypeError('terminated'), 'TransientError KUBERNETES_NO_ANSWER'],
  ['a closed door', new NoConnectionError('ECONNREFUSED'), 'TransientError KUBERNETES_UNREACHABLE'],
  ['a stranger', new UntrustedServerError('CERT_HAS_EXPIRED'), 'StalledError KUBERNETES_UNTRUSTED'],
])('tells the engine what to do about %s', async (_name, cause, expected) => {
  const error = await failureOf(cause);

  expect(`${error.name} ${error.code}`).toBe(expected);
  expect(error).toMatchObject({ subject });
});

it.each([
  [new TypeError('secret'), 'TypeError'],
  [Object.assign(new Error('secret'), { code: 'UND_ERR_SOCKET' }), 'UND_ERR_SOCKET'],
  [Object.assign(new Error('secret'), { code: 'the secret' }), 'Error'],
  [refusal(500, 'InternalError'), '500 InternalError'],
])('says by a word why there is no answer', async (cause, word) => {
  const { message } = await failureOf(cause);

  expect(message).toBe(`${subject}: the cluster did not answer: ${word}`);
});

it('names the fields at fault, and repeats nothing else of the answer', async () => {
  const cause = parseRefusal(422, {
    reason: 'Invalid',
    message: 'Job "a" is invalid: spec.template: Invalid value: {"env":"opensesame"}',
    details: {
      causes: [
        { field: 'spec.template', message: 'Invalid value: opensesame' },
        { field: 'the password opensesame is too short' },
      ],
    },
  });

  const error = await failureOf(cause);

  expect(error.message).toBe(`${subject}: refused by the cluster: Invalid (spec.template)`);
  expect(error).not.toHaveProperty('cause');
  expect(JSON.stringify(cause)).not.toContain('opensesame');
});

it.each<[string, number, object, readonly string[]]>([
  ['field is immutable', 422, { message: 'data: Forbidden: field is immutable' }, ['immutable']],
  [
    'a stateful set',
    422,
    {
      details: {
        causes: [
          {
            message:
              "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
          },
        ],
      },
    },
    ['immutable'],
  ],
  [
    'a role binding',
    422,
    { message: 'roleRef: Invalid value: cannot change roleRef' },
    ['immutable'],
  ],
  [
    'a config map that is too large',
    422,
    { message: 'ConfigMap "a" is invalid: []: Too long: may not be more than 1048576 bytes' },
    ['too-large'],
  ],
  [
    'a request that is too large',
    413,
    { message: 'Request entity too large: limit is 3145728' },
    ['too-large'],
  ],
  [
    'a webhook',
    400,
    { message: 'admission webhook "x" does not support dry run' },
    ['dry-run-unsupported', 'webhook'],
  ],
  ['a webhook that is down', 500, { message: 'failed calling webhook "x": EOF' }, ['webhook']],
  ['a namespace', 404, { details: { kind: 'namespaces', name: 'a' } }, ['namespace-missing']],
  [
    'a namespace that goes',
    403,
    { message: 'in namespace a because it is being terminated' },
    ['namespace-terminating'],
  ],
  [
    'a kind',
    404,
    { message: 'the server could not find the requested resource', details: {} },
    ['kind-unknown'],
  ],
  ['an object', 404, { details: { kind: 'configmaps', name: 'a' } }, []],
  ['text', 502, {}, []],
])('recognises %s', (_name, status, answer, expected) => {
  expect(parseRefusal(status, JSON.parse(JSON.stringify(answer))).traits).toEqual(expected);
});

it('leaves alone what was translated before', async () => {
  const translated = new StalledError('KUBERNETES_SETTINGS', 'No context.');

  expect(await failureOf(translated)).toBe(translated);
});

it('takes a cancelled call for cancelled, whatever it failed with', async () => {
  const reason = new Error('superseded');

  expect(await failureOf(new TypeError('terminated'), AbortSignal.abort(reason))).toBe(reason);
});

function refusal(status: number, reason: string): KubernetesApiError {
  return new KubernetesApiError(status, reason);
}

function failureOf(cause: Error, signal = new AbortController().signal): Promise<OperationError> {
  const call = translateErrors(subject, signal, () => Promise.reject(cause));
  return call.catch((error: OperationError) => error);
}
