import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

import { type Problem, problemType } from '@trueup/api';

/**
 * Answers what is no request, so that no route ever sees it, like everything else that is refused.
 * The connection is closed: what comes next on it cannot be told apart from the rest of this.
 */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, code, detail } = meanings.get(error.code ?? '') ?? unreadable;
  const type = `https://trueup.dev/errors#${code}`;
  const problem: Problem = { type, title: phrase, status, code, detail, request: randomUUID() };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

interface Meaning {
  readonly status: number;
  readonly phrase: string;
  readonly code: string;
  readonly detail: string;
}

const unreadable: Meaning = {
  status: 400,
  phrase: 'Bad Request',
  code: 'INVALID_REQUEST',
  detail: 'The request cannot be read.',
};

const meanings: ReadonlyMap<string, Meaning> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      phrase: 'Request Header Fields Too Large',
      code: 'REQUEST_TOO_LARGE',
      detail: 'The head of the request is too large.',
    },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    {
      status: 408,
      phrase: 'Request Timeout',
      code: 'REQUEST_TIMEOUT',
      detail: 'The request did not arrive in time.',
    },
  ],
]);
