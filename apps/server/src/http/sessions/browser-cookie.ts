/**
 * The cookie of a browser that a member is signed in with, and which pages may use it.
 *
 * Browsers send it to every route; only those of the API look at it. What another site's page makes a
 * browser send bears no cookie (SameSite); what a page of a neighbouring host makes it send bears
 * one, and is refused by its origin.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

import { HttpProblem } from '../http-problem.ts';

/** How people reach the server, for those who decide whose page asks. */
export interface Reach {
  /** Without it, where a request says that it goes to. */
  readonly publicUrl?: string;
}

/** Browsers take the first name with `Secure` alone: nothing that is not encrypted can set it. */
const [secureName, plainName] = ['__Host-trueup', 'trueup'];

const secretPattern = /^trueup_[\w-]{43}$/;

/** What the cookie holds; `undefined` where it cannot be one of ours. */
export function readCookie(request: FastifyRequest, reach: Reach): string | undefined {
  const name = isSecure(request, reach) ? secureName : plainName;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = pairs
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(`${name}=`.length));
  // Two of one name were not both set by us, and nobody can tell which one was.
  const [value] = values;
  return values.length === 1 && value !== undefined && secretPattern.test(value)
    ? value
    : undefined;
}

export function bearsCookie({ headers }: FastifyRequest): boolean {
  return headers.authorization === undefined && headers.cookie !== undefined;
}

export function setCookie(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  reach: Reach,
  { secret, lastsS }: { readonly secret: string; readonly lastsS: number },
): void {
  const secure = isSecure(request, reach);
  const parts = [
    `${secure ? secureName : plainName}=${secret}`,
    'Path=/',
    `Max-Age=${Math.max(0, Math.floor(lastsS))}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ];
  reply.header('set-cookie', parts.join('; '));
}

/** @throws HttpProblem `ORIGIN_REFUSED` where a page of another server makes the browser ask. */
export function requireOwnPage(request: FastifyRequest, reach: Reach): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  // Browsers say where every write comes from.
  const silent = origin === undefined && request.method !== 'GET';
  const strange = origin !== undefined && !ownOrigins(request, reach).includes(origin);
  if (!(foreign || silent || strange)) return;
  const advice = 'behind a proxy, the server has to know its public URL';
  throw new HttpProblem('ORIGIN_REFUSED', `No page of this server asks for this; ${advice}.`);
}

/** As `requireOwnPage`, where programs that are no browser may ask as well. */
export function refuseForeignPage(request: FastifyRequest, reach: Reach): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined || site !== undefined) requireOwnPage(request, reach);
}

function ownOrigins(request: FastifyRequest, { publicUrl }: Reach): readonly string[] {
  const reached = `${request.protocol}://${request.host}`;
  return publicUrl === undefined ? [reached] : [reached, new URL(publicUrl).origin];
}

function isSecure(request: FastifyRequest, { publicUrl }: Reach): boolean {
  return request.protocol === 'https' || (publicUrl?.startsWith('https:') ?? false);
}
