import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';

import { explainGone } from './client/explain-gone.ts';
import { EngineGoneError, EngineRefusalError, type RefusalTrait } from './containers-client.ts';

/** The engine may have done what it was asked for: nobody knows. */
export const noAnswer = 'CONTAINERS_NO_ANSWER';

/** Runs calls for `subject` and turns a failure into one that the engine can act on. */
export async function translateErrors<T>(
  subject: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    // A call that was cancelled has not failed, whatever it says.
    signal.throwIfAborted();
    throw toOperationError(subject, cause);
  }
}

/** What is none of ours is a bug, and stays what it is. */
export function toOperationError(subject: string, cause: unknown): unknown {
  if (cause instanceof OperationError) return cause;
  if (cause instanceof EngineGoneError) return toGone(subject, cause);
  if (!(cause instanceof EngineRefusalError)) return cause;
  const { status, traits } = cause;
  const why = traits.map((trait) => explanations[trait])[0] ?? `it answers ${status}`;
  const message = `${subject}: refused by the engine: ${why}`;
  if (traits.includes('no-such-image')) {
    return new StalledError('CONTAINERS_IMAGE_MISSING', message, subject);
  }
  if (traits.includes('disk-full')) {
    return new TransientError('CONTAINERS_DISK_FULL', message, subject);
  }
  const isBusy = status === 409 || status === 429 || status === 503 || traits.includes('in-use');
  if (isBusy) return new TransientError('CONTAINERS_BUSY', message, subject);
  if (status >= 500 && traits.length === 0) {
    return new TransientError('CONTAINERS_ENGINE_FAILED', message, subject);
  }
  return new StalledError('CONTAINERS_REFUSED', message, subject);
}

function toGone(subject: string, { kind, code }: EngineGoneError): OperationError {
  const why = explainGone(code);
  switch (kind) {
    case 'unreached':
      return new TransientError(
        'CONTAINERS_UNREACHABLE',
        `${subject}: the engine cannot be reached: ${why}`,
        subject,
      );
    case 'untrusted':
      return new StalledError(
        'CONTAINERS_UNTRUSTED',
        `${subject}: the engine could not prove who it is: ${why}`,
        subject,
      );
    case 'refused':
      return new StalledError(
        'CONTAINERS_LOGIN_REFUSED',
        `${subject}: the engine lets nobody in as we come: ${why}`,
        subject,
      );
    case 'no-program':
      return new StalledError(
        'CONTAINERS_SSH_MISSING',
        `${subject}: the engine cannot be reached: there is no program ssh where programs are looked for`,
        subject,
      );
    default:
      return new TransientError(noAnswer, `${subject}: the engine did not answer: ${why}`, subject);
  }
}

const explanations: Readonly<Record<RefusalTrait, string>> = {
  'name-taken': 'the name is taken',
  'port-taken': 'a port is taken',
  'no-such-image': 'it has no such image',
  'in-use': 'it is in use',
  'read-only': 'its file system is read-only',
  'disk-full': 'its disk is full: make room there',
};
