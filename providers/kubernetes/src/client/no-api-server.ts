import { StalledError } from '@trueup/diagnostics';

import { KubernetesApiError } from '../kubernetes-client.ts';

/**
 * What an error of something means that every API server answers: where it is not there, or not JSON,
 * something else listens at the address. Other errors stay what they are.
 */
export function toNoApiServer(error: unknown): unknown {
  const isOther = error instanceof KubernetesApiError && error.status === 404;
  if (!isOther && !(error instanceof SyntaxError)) return error;
  const message = 'kubernetes: what answers at its address is no API server of Kubernetes';
  return new StalledError('KUBERNETES_NO_API_SERVER', message);
}
