/**
 * The address of forges. The body is bounded before anything is looked at, stays as it came, since it is
 * what was signed, and failed attempts count by address as those with wrong tokens do.
 */
import { apiPrefix, webhookRoute } from '@trueup/api';
import type { ControlPlane } from '@trueup/control-plane';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { RequestAccess } from '../authenticate-requests.ts';
import { HttpProblem } from '../http-problem.ts';

export interface WebhookPorts {
  readonly plane: ControlPlane;
  readonly access: RequestAccess;
}

export async function registerWebhooks(
  app: FastifyInstance,
  { plane, access }: WebhookPorts,
): Promise<void> {
  const { path, method, bodyBytes, status } = webhookRoute;
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.route<{ Params: { repository: string }; Body: unknown }>({
      method,
      url: `${apiPrefix}${path.replace('{repository}', ':repository')}`,
      bodyLimit: bodyBytes,
      onRequest: async (request) => {
        await access.nobody(request);
      },
      handler: async (request, reply) => {
        const { repository } = request.params;
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const delivery = { headers: headersOf(request), body };
        await access.countFailures(request, async () => {
          refuse(await plane.takeDelivery(repository, delivery));
        });
        return reply.code(status).send();
      },
    });
    done();
  });
}

function refuse(taken: Awaited<ReturnType<ControlPlane['takeDelivery']>>): void {
  switch (taken) {
    case 'taken':
      return;
    case 'refused':
      throw new HttpProblem('UNAUTHENTICATED', 'The delivery is not signed as it has to be.');
    case 'malformed':
      throw new HttpProblem('INVALID_REQUEST', 'The delivery cannot be read.');
    case 'repeated':
      throw new HttpProblem('CONFLICT', 'The delivery came before.');
  }
}

/** Those that stand there once. */
function headersOf({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  const single = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return Object.fromEntries(single);
}
