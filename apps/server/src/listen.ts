import { StalledError, TransientError } from '@trueup/diagnostics';

import type { HttpServer } from './http/create-http-server.ts';

export interface Address {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/**
 * Answers with the URL at which it can be reached from now on.
 *
 * @throws StalledError `SERVER_ADDRESS_REFUSED`, TransientError `SERVER_ADDRESS_TAKEN`.
 */
export async function listen(
  { app, secure }: Pick<HttpServer, 'app' | 'secure'>,
  { host, port }: Address,
): Promise<string> {
  const withScheme = (url: string): string => (secure ? url.replace(/^http:/, 'https:') : url);
  const listenTextResolver = (address: string): string => `listening on ${withScheme(address)}`;
  const listening: Promise<string> = app.listen({ host, port, listenTextResolver });
  try {
    return withScheme(await listening);
  } catch (error) {
    throw translate(error, `${host}:${port}`);
  }
}

function translate(error: unknown, place: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    const message = `${place}: not listened on, since another process does`;
    return new TransientError('SERVER_ADDRESS_TAKEN', message, place);
  }
  const why = reasons.get(code);
  if (why === undefined) return error;
  return new StalledError('SERVER_ADDRESS_REFUSED', `${place}: not listened on: ${why}`, place);
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the name cannot be looked up'],
]);
