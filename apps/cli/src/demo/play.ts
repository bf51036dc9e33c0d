/** What every act of the demo does: wait for something, look whether it is so, and say that it was seen. */
import type { LiveEvent } from '@trueup/control-plane';
import type { Json } from '@trueup/diagnostics';

import type { ViewOptions } from '../output/field-lines.ts';
import type { DemoCluster } from './demo-cluster.ts';
import type { DemoStage } from './demo-stage.ts';
import type { EventLog, EventTest } from './event-log.ts';
import type { Narrator } from './narrator.ts';

export interface Play {
  readonly stage: DemoStage;
  readonly log: EventLog;
  readonly narrator: Narrator;
  readonly view: Pick<ViewOptions, 'width'>;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** What should have happened, and did not within its time. */
export class NotSeenError extends Error {
  override readonly name = 'NotSeenError';
}

/** Long for a slow machine; everything takes a second or so. */
const patienceMs = 60_000;

/** Waits for an event, and says that it was seen. */
export async function see(
  play: Play,
  what: string,
  test: EventTest,
  after: number,
): Promise<LiveEvent> {
  const { log, narrator, signal, nowMs } = play;
  const startedMs = nowMs();
  const limit = AbortSignal.timeout(patienceMs);
  const found = log.first(after, test, AbortSignal.any([signal, limit]));
  const event = await found.catch((error: unknown) => {
    signal.throwIfAborted();
    throw limit.aborted ? tooLate(what) : error;
  });
  narrator.seen(what, nowMs() - startedMs);
  return event;
}

interface Look {
  readonly cluster: DemoCluster;
  readonly path: string;
  readonly isSo: (found: Json | undefined) => boolean;
}

/** Looks into the cluster until it is so. */
export async function look(play: Play, what: string, { cluster, path, isSo }: Look): Promise<void> {
  await until(play, what, async () => isSo(await cluster.get(path)) || undefined);
}

/** Asks until there is an answer, and says that it was seen. */
export async function until<T>(
  { narrator, signal, nowMs }: Play,
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const startedMs = nowMs();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      narrator.seen(what);
      return answer;
    }
    signal.throwIfAborted();
    if (nowMs() - startedMs > patienceMs) throw tooLate(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function expectSame<T>(what: string, found: T, wanted: T): void {
  if (found !== wanted) throw new NotSeenError(`${what}: not so`);
}

function tooLate(what: string): NotSeenError {
  return new NotSeenError(`${what}: not within ${patienceMs / 1000} s`);
}
