/**
 * Reads what a push is to do before git gets any of it: gitprotocol-pack(5), "Reference Update Request and
 * Packfile Transfer".
 */
import type { Readable } from 'node:stream';

import type { StalledError } from '@trueup/diagnostics';

import type { PushCommand } from '../model/judge-push.ts';
import { invalid } from '../translate-errors.ts';

export interface PushHead {
  /** None for a client that only tries whether it may push. */
  readonly commands: readonly PushCommand[];
  readonly capabilities: ReadonlySet<string>;
  /** All of the body, what was read here included. To be read once. */
  readonly body: AsyncGenerator<Buffer>;
}

/** Enough for as many refs as may be, with long names. */
const mostBytes = 1024 * 1024;
/** Each may take a look into history while the repository waits. A mirror is pushed in several steps. */
const mostCommands = 1000;

/** `FORGE_REQUEST_INVALID` for what is no such request. */
export async function readCommands(body: Readable, path: string): Promise<PushHead> {
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (;;) {
    const lines = splitLines(head, path);
    if (lines) return { ...parseLines(lines, path), body: join(head, chunks) };
    const { done, value } = await chunks.next();
    if (done === true) throw malformed(path);
    head = Buffer.concat([head, value]);
    if (head.length > mostBytes + 65_536) throw invalid(path, 'the push names too many refs');
  }
}

async function* join(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return;
    yield value;
  }
}

/** Lines up to the flush packet; `undefined` while that has not come. */
function splitLines(head: Buffer, path: string): readonly string[] | undefined {
  const lines: string[] = [];
  let at = 0;
  while (at + 4 <= head.length) {
    const digits = head.toString('latin1', at, at + 4);
    if (digits === '0000') return lines;
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
    if (length < 5) throw malformed(path);
    if (at + length > head.length) return undefined;
    lines.push(head.toString('utf8', at + 4, at + length));
    at += length;
    if (at > mostBytes) throw invalid(path, 'the push names too many refs');
  }
  return undefined;
}

function parseLines(lines: readonly string[], path: string): Omit<PushHead, 'body'> {
  const capabilities = new Set<string>();
  const commands: PushCommand[] = [];
  for (const line of lines) {
    // A client with a shallow clone says first where its history ends.
    if (/^shallow [0-9a-f]+\n?$/.test(line)) continue;
    const [command = '', words] = line.replace(/\n$/, '').split('\0');
    for (const word of (words ?? '').split(' ')) if (word !== '') capabilities.add(word);
    commands.push(parseCommand(command, path));
    if (commands.length > mostCommands) throw invalid(path, 'the push names too many refs');
  }
  return { commands, capabilities };
}

function parseCommand(text: string, path: string): PushCommand {
  const [, before, after, ref] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+)$/s.exec(text) ?? [];
  if (before && after && ref && !/\p{Cc}/u.test(ref)) return { before, after, ref };
  throw malformed(path);
}

function malformed(path: string): StalledError {
  return invalid(path, 'the push cannot be read');
}
