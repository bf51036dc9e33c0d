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

import { StalledError } from '@trueup/diagnostics';

import { objectOf, textOf } from '../schema.ts';
import { parseStateText, readStateFile, stateFileName } from './state-file.ts';

export type TakenCopy =
  | { readonly kind: 'taken'; readonly text: string | undefined }
  /** `holder`: what the tool says of whoever holds it, line by line. */
  | { readonly kind: 'locked'; readonly holder: string };

const betweenLooksMs = 200;

/** @throws StalledError `TERRAFORM_STATE_UNREADABLE` where it is no JSON until the time is over. */
export async function takeCopy(
  folder: string,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<TakenCopy> {
  const until = performance.now() + waitSeconds * 1000;
  for (;;) {
    const isLast = performance.now() >= until;
    const holder = await findHolder(folder, signal);
    if (holder === undefined) {
      const text = await readStateFile(folder, signal);
      // One that is written right now may be cut off.
      if (text === undefined || isWhole(text)) return { kind: 'taken', text };
      if (isLast) parseStateText(text);
    } else if (isLast) return { kind: 'locked', holder };
    await delay(betweenLooksMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function isWhole(text: string): boolean {
  try {
    parseStateText(text);
    return true;
  } catch (error) {
    if (error instanceof StalledError) return false;
    throw error;
  }
}

async function findHolder(folder: string, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const note = await readIfThere(join(folder, `.${stateFileName}.lock.info`));
  if (note === undefined || !(await isHeld(join(folder, stateFileName)))) return undefined;
  const said = objectOf(tryParse(note));
  return ['Operation', 'Who', 'Created']
    .flatMap((name) => {
      const value = textOf(said[name]);
      return value === undefined ? [] : [`  ${name}: ${value.replaceAll(/\s+/g, ' ')}`];
    })
    .join('\n');
}

/** As the system lists it: `1: POSIX  ADVISORY  WRITE 4711 08:02:131 0 EOF`. */
async function isHeld(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  const locks = await readIfThere('/proc/locks');
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
