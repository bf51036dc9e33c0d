import { OperationError, StalledError, TransientError } from '@trueup/diagnostics';

/** Where a foreign error comes from, and what may have caused it. */
export interface Rim {
  readonly host: string;
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
}

/**
 * Turns what undici, Node and OpenSSL throw into our two families. Only codes are passed on: texts
 * may repeat URLs and headers.
 */
export async function translateErrors<T>(rim: Rim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    rim.signal.throwIfAborted();
    throw rim.deadline.aborted ? timedOut(rim.host) : translate(error, rim.host);
  }
}

export function timedOut(host: string): TransientError {
  return new TransientError('OUTBOUND_TIMED_OUT', `${host}: no answer: it took too long`, host);
}

const timeouts: readonly string[] = [
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
];

/** OpenSSL's reasons to distrust a certificate, as Node spells them, and Node's own. */
const distrust =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECRYPT|DECODE)|CRL_|HOSTNAME_MISMATCH|ERR_SECURE_PROXY|UND_ERR_PRX_TLS/;

/** From the parser of HTTP, and from the decompressors. */
const broken = /^(?:HPE_|Z_|ERR_BROTLI|ERR__ERROR_|ERR_PADDING|UND_ERR_(?:HEADERS_OVERFLOW|RES_))/;

function translate(error: unknown, host: string): unknown {
  if (error instanceof OperationError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const proxy = /^Proxy (?:response \((\d+)\)|Authentication Required)/.exec(error.message);
  if (proxy) {
    const message = `${host}: not reached: the proxy answered ${proxy[1] ?? '407'}`;
    return new TransientError('OUTBOUND_PROXY_REFUSED', message, host);
  }
  // What we asked for is at fault, hence no answer of the outside.
  if (code === undefined || code.startsWith('ERR_INVALID') || code === 'UND_ERR_INVALID_ARG') {
    return error;
  }
  if (distrust.test(code)) {
    const message = `${host}: not connected: its certificate is not trusted: ${code}`;
    return new StalledError('OUTBOUND_CERTIFICATE_REFUSED', message, host);
  }
  if (timeouts.includes(code)) return timedOut(host);
  if (broken.test(code)) {
    const message = `${host}: answer not read: it is malformed: ${code}`;
    return new TransientError('OUTBOUND_RESPONSE_BROKEN', message, host);
  }
  return new TransientError('OUTBOUND_UNREACHABLE', `${host}: not reached: ${code}`, host);
}

/** With several addresses Node reports one error for each; the first says enough. */
function codeOf(error: Error): string | undefined {
  const own = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (own !== undefined) return own;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? codeOf(first) : undefined;
}
