import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';

export function toFetchError(host: string, why: string, mayPass: boolean): OperationError {
  const Family = mayPass ? TransientError : StalledError;
  return new Family('RENDER_KUSTOMIZE_FETCH', `${host}: nothing fetched: ${why}`, host);
}
