import type { SendRest } from '../rest/rest-request.ts';
import type { StandInAnswer, StandInRequest } from './stand-in-server.ts';

/** A port that a stand-in of a forge answers in memory, with nothing between it and the client. */
export function sendToStandIn(answer: (request: StandInRequest) => StandInAnswer): SendRest {
  return async ({ url, method, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search, searchParams } = new URL(url);
    const reply = answer({
      method,
      parts: pathname.split('/').slice(1).map(decodeURIComponent),
      target: `${pathname}${search}`,
      query: searchParams,
      headers,
      body: body === undefined ? undefined : JSON.parse(body),
    });
    return {
      status: reply.status,
      headers: new Map(Object.entries(reply.headers ?? {})),
      body: Buffer.from(reply.body === undefined ? '' : JSON.stringify(reply.body)),
    };
  };
}
