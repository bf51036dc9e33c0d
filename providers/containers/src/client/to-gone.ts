/** From the errors of Node's sockets and TLS to ours. Their texts are not kept. */
import { EngineGoneError } from '../containers-client.ts';

/** On a kept connection that ended before the first byte of the answer. */
export class StaleConnectionError extends EngineGoneError {}

export interface Sending {
  /** Whether the connection stood, so that the request may have got through. */
  readonly isSent: boolean;
  /** Whether the connection was kept from an earlier request. */
  readonly isReused: boolean;
}

export function toGone(
  error: NodeJS.ErrnoException,
  { isSent, isReused }: Sending,
): EngineGoneError {
  const code = codeOf(error);
  // No request gets through a connection for which we have nothing to show.
  if (/^ERR_OSSL_/.test(code)) return new EngineGoneError('refused', 'EIDENTITY');
  // It is the engine that says so: it takes no client without, or with this certificate.
  if (/ALERT|HANDSHAKE_FAILURE/.test(code)) return new EngineGoneError('refused', code);
  if (/CERT|TLS|SSL|SELF_SIGNED|ALTNAME|VERIFY|ISSUER/.test(code)) {
    return new EngineGoneError('untrusted', code);
  }
  if (!isSent) return new EngineGoneError('unreached', code);
  if (isReused && code === 'ECONNRESET') return new StaleConnectionError('broken', code);
  return new EngineGoneError('broken', code);
}

/** TLS that fails while something is written bears its reason in the text only. */
function codeOf({ code, message }: NodeJS.ErrnoException): string {
  const reason = code === 'EPROTO' ? /SSL routines:[^:]*:([\w/ ]{3,60}):/.exec(message)?.[1] : '';
  if (reason) return `ERR_SSL_${reason.toUpperCase().replaceAll(/\W+/g, '_')}`;
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code ?? '') ? (code ?? '') : 'UNKNOWN';
}
