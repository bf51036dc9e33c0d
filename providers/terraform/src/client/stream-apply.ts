/** Runs an apply, and passes its events on while it works. */
import { createInterface } from 'node:readline';

import { startProgram } from '@trueup/programs';

import type { ApplyEvent } from '../terraform-client.ts';
import type { ToolCall } from './compose-call.ts';
import { parseEvent } from './parse-events.ts';
import { toCallEnd } from './to-call-end.ts';

export async function* streamApply(
  call: ToolCall,
  signal: AbortSignal,
): AsyncGenerator<ApplyEvent, void, undefined> {
  await using program = await startProgram(call, signal);
  program.stdin.end();
  const stderr = readTail(program.stderr);
  const lines = createInterface({ input: program.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const event = parseEvent(line);
      if (event) yield { kind: 'event', event };
    }
  } finally {
    lines.close();
  }
  const end = await program.ended;
  yield { kind: 'end', end: toCallEnd(end, await stderr) };
}

/** The end of what it complains of, which says why it ended. */
async function readTail(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of stream) tail = Buffer.concat([tail, chunk]).subarray(-65_536);
  } catch {
    // Cut off with its program: what came before counts.
    return tail;
  }
  return tail;
}
