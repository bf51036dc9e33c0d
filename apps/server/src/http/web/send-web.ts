/**
 * Answers what no route does: the pages of the browser. Every address that a browser opens leads to the
 * one page, which reads it; files are found by their names alone.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptedEncoding } from './accepted-encoding.ts';
import { composePlainPage } from './plain-page.ts';
import type { WebFile } from './web-files.ts';
import type { WebPages, WebState } from './web-pages.ts';

/** What is ours below these is no page, whether there is such a route or not. */
const reserved = /^\/(?:api|git|metrics|healthz|readyz)(?:\/|$)/;

/** Nothing from elsewhere, nothing that stands in the page itself, and nobody who frames it. */
const policy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const year = 'public, max-age=31536000, immutable';

/** False where this is none of its business. */
export async function sendWeb(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: WebPages,
): Promise<boolean> {
  const [path = '/'] = request.url.split('?', 1);
  if (!(request.method === 'GET' || request.method === 'HEAD') || reserved.test(path)) return false;
  const navigates = path === '/' || (request.headers.accept ?? '').includes('text/html');
  const state = await pages.look();
  const file = state.name === 'built' ? state.files.find(path) : undefined;
  if (file) send(request, reply, file);
  else if (!navigates || path.startsWith('/assets/')) return false;
  else if (state.name === 'built') send(request, reply, state.files.page);
  else sendWithout(reply, state);
  return true;
}

function send(request: FastifyRequest, reply: FastifyReply, file: WebFile): void {
  const encoding = acceptedEncoding(request.headers['accept-encoding'], file.packed);
  const body = (encoding && file.packed.get(encoding)) ?? file.body;
  // Each form is a thing of its own to caches.
  const tag = encoding ? file.tag.replace(/"$/, `-${encoding}"`) : file.tag;
  reply.headers({
    'content-security-policy': policy,
    'referrer-policy': 'same-origin',
    'cache-control': file.lasting ? year : 'no-cache',
    etag: tag,
    ...(file.packed.size > 0 && { vary: 'Accept-Encoding' }),
  });
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim());
  if (known?.includes(tag)) {
    reply.code(304).send();
    return;
  }
  if (encoding) reply.header('content-encoding', encoding);
  reply.type(file.type).send(body);
}

function sendWithout(reply: FastifyReply, state: Exclude<WebState, { name: 'built' }>): void {
  const isBuilding = state.name === 'building';
  const { html, contentSecurityPolicy } = composePlainPage({
    title: isBuilding ? 'The pages are being built' : 'There are no pages here',
    body: isBuilding
      ? '<p>This happens once, and after changes of their sources. It takes some seconds; then this page shows them by itself.</p>'
      : `<p>${state.advice}</p><p>The command line does all of it, too: <code>trueup --help</code></p>`,
  });
  if (isBuilding) reply.header('refresh', '2');
  reply
    .code(503)
    .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(html);
}
