/** Between the wire and the API: what goes wrong on purpose, and the log of what was asked. */

import type { Clock } from '../cluster/clock.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import { describeRequest } from '../faults/request-info.ts';
import type { RequestLog } from '../faults/request-log.ts';
import type { Call, Reply } from './call.ts';
import type { Answer } from './http-server.ts';
import { refusalReply } from './reply.ts';
import { serveRequest } from './serve-request.ts';
import type { Service } from './service.ts';

export function answerWithFaults(
  service: Service,
  {
    faults,
    requests,
    clock,
  }: {
    readonly faults: FaultInjector;
    readonly requests: RequestLog;
    readonly clock: Clock;
  },
): Answer {
  return async (call, { drop }) => {
    const info = describeRequest(call);
    const at = clock.now();
    const { reply, drops } = await serve(service, call, faults.meet(info, call));
    requests.add({ ...info, at, status: drops ? 0 : statusOf(reply) });
    if (!drops) return reply;
    drop();
    return undefined;
  };
}

interface Served {
  readonly reply: Reply | undefined;
  readonly drops: boolean;
}

async function serve(
  service: Service,
  call: Call,
  meeting: ReturnType<FaultInjector['meet']>,
): Promise<Served> {
  try {
    const verdict = await meeting;
    if (verdict === 'drop-before') return { reply: undefined, drops: true };
    const reply = await serveRequest(service, call);
    return { reply, drops: verdict === 'drop-after' };
  } catch (error) {
    return { reply: refusalReply(error), drops: false };
  }
}

function statusOf(reply: Reply | undefined): number {
  if (!reply) return 0;
  return reply.kind === 'text' ? reply.status : 200;
}
