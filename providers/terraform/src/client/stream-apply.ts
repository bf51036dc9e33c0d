/** Runs an apply, and passes its events on while it works. */
import { readLines, startProgram } from '@trueup/programs';

import type { ApplyEvent } from '../terraform-client.ts';
import type { ToolCall } from './compose-call.ts';
import { parseEvent } from './parse-events.ts';
import { toCallEnd } from './to-call-end.ts';

/** What programs of the stack print becomes lines of the tool; its own are shorter by far. */
const longestLine = 8 * 1024 * 1024;

export async function* streamApply(
  call: ToolCall,
  signal: AbortSignal,
): AsyncGenerator<ApplyEvent, void, undefined> {
  await using program = await startProgram(call, signal);
  program.stdin.end();
  const stderr = readTail(program.stderr);
  for await (const line of readLines(program.stdout, longestLine)) {
    const event = line === undefined ? undefined : parseEvent(line);
    if (event) yield { kind: 'event', event };
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
