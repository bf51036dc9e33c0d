import { apiPrefix, describeApi } from '@trueup/api';
import type { ControlPlane } from '@trueup/control-plane';
import type { FastifyInstance } from 'fastify';

import { describeFailure } from '../describe-failure.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RequestAccess } from './authenticate-requests.ts';
import { composeWelcomePage } from './web/welcome-page.ts';

export interface ProbePorts {
  readonly plane: ControlPlane;
  readonly access: RequestAccess;
  readonly metrics: Metrics;
}

/**
 * What machines ask around the API: is it alive, is it ready, what has it measured, what can be asked.
 * Measurements need a token, like everything that tells about the installation.
 */
export function registerProbes(app: FastifyInstance, { plane, access, metrics }: ProbePorts): void {
  app.get('/healthz', async () => ({ status: 'alive' }));

  app.get('/readyz', async (request, reply) => {
    const readiness = await plane.readiness().catch((error: unknown) => {
      request.log.error({ failure: describeFailure(error) }, 'the store does not answer');
      return { ready: false, reason: 'the store does not answer' };
    });
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });

  app.get('/metrics', async (request, reply) => {
    await access.actorOf(request);
    const { text, type } = await metrics.print();
    return reply.type(type).send(text);
  });

  // The link of the first administrator leads here. What stands behind its `#` is never sent.
  app.get('/welcome', async (_request, reply) => {
    const { html, contentSecurityPolicy } = composeWelcomePage();
    return reply
      .header('content-security-policy', contentSecurityPolicy)
      .type('text/html')
      .send(html);
  });

  app.get(`${apiPrefix}/openapi.json`, async () => describeApi());
}
