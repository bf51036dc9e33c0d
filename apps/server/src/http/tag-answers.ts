import { createHash } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

/**
 * Weak ETags for everything that is read: who has it already gets 304 and no body. Weak, since equal
 * answers may be written in other bytes by another version.
 */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const tagged = request.method === 'GET' && reply.statusCode === 200;
    if (!tagged || typeof payload !== 'string') return payload;
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`;
    reply.header('etag', tag);
    if (!matches(request.headers['if-none-match'], tag)) return payload;
    reply.code(304);
    reply.removeHeader('content-type');
    reply.removeHeader('content-length');
    return '';
  });
}

function matches(wanted: string | undefined, tag: string): boolean {
  if (wanted === undefined) return false;
  return wanted.split(',').some((one) => one.trim() === tag || one.trim() === '*');
}
