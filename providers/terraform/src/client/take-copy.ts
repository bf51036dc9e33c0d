/**
 * Reads a state of this machine for a plan, which locks only its own copy: waits for whoever writes, as the
 * tool would.
 *
 * The tools hold a lock of the system on the file, and say beside it whose it is. What they say outlives one
 * that was killed, and does not count then. Where the system shows no locks nobody is waited for: what is
 * read is whole all the same, and a plan of a state that moved on is refused by the tool.
 */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readObject, readText } from '@trueup/diagnostics';

import { beingWritten, readStateFile, stateFileName, tornState } from './state-file.ts';

export type TakenCopy =
  | { readonly kind: 'taken'; readonly text: string | undefined }
  /** `holder`: what the tool says of whoever holds it, line by line. */
  | { readonly kind: 'locked'; readonly holder: string };

const betweenLooksMs = 200;

/** `locks`: where the system lists its locks. @throws StalledError `TERRAFORM_STATE_TORN`. */
export async function takeCopy(
  folder: string,
  waitSeconds: number,
  signal: AbortSignal,
  locks: string = systemLocks,
): Promise<TakenCopy> {
  const until = performance.now() + waitSeconds * 1000;
  for (;;) {
    const holder = await findHolder(folder, signal, locks);
    if (holder === undefined) return { kind: 'taken', text: await readSettled(folder, signal) };
    if (performance.now() >= until) return { kind: 'locked', holder };
    await pause(betweenLooksMs, signal);
  }
}

/** A tool takes milliseconds to write a state. */
const patience = { looks: 6, betweenMs: 100 };

/**
 * Takes no lock, and waits for none.
 *
 * @throws StalledError `TERRAFORM_STATE_TORN` for what nobody writes any more.
 */
export async function readSettled(
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let looks = 1; ; looks += 1) {
    const found = await readStateFile(folder, signal);
    if (found.kind === 'whole') return found.text;
    if (looks === patience.looks) break;
    await pause(patience.betweenMs, signal);
  }
  const holder = await findHolder(folder, signal);
  throw holder === undefined ? tornState(folder) : beingWritten();
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

const systemLocks = '/proc/locks';

async function findHolder(
  folder: string,
  signal: AbortSignal,
  locks: string = systemLocks,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const note = await readIfThere(join(folder, `.${stateFileName}.lock.info`));
  if (note === undefined || !(await isHeld(join(folder, stateFileName), locks))) return undefined;
  const said = readObject(tryParse(note));
  return ['Operation', 'Who', 'Created']
    .flatMap((name) => {
      const value = readText(said[name]);
      return value === undefined ? [] : [`  ${name}: ${value.replaceAll(/\s+/g, ' ')}`];
    })
    .join('\n');
}

/** As the system lists it: `1: POSIX  ADVISORY  WRITE 4711 08:02:131 0 EOF`. */
async function isHeld(file: string, listed: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  const locks = await readIfThere(listed);
  if (!found || locks === undefined) return false;
  return locks.split('\n').some((line) => {
    const [, inode] = /\sWRITE\s+\S+\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/.exec(line) ?? [];
    return inode === String(found.ino);
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
