/** What a failure of a registry tells about a write. */
import { type OperationError, StalledError } from '@trueup/diagnostics';

/** Transient ones that come before anything was sent. */
const unsent: readonly string[] = ['OUTBOUND_HOST_UNKNOWN', 'OUTBOUND_PROXY_REFUSED'];

/**
 * Whether the write certainly did not happen: the registry said no, or was never asked. After anything
 * else, a status of 500 or a broken connection, nobody knows.
 */
export function isWithoutEffect(error: OperationError): boolean {
  return error instanceof StalledError || unsent.includes(error.code);
}
