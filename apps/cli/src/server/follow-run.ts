/** Watches a run until it has ended, or waits for a person. */
import type { ApiClient, LiveEvent, Run } from '@trueup/api';
import { isJsonObject } from '@trueup/diagnostics';

import { eventLine } from '../output/event-line.ts';
import { cutLine } from '../output/paint.ts';
import type { Printer } from '../output/printer.ts';
import type { Progress } from '../output/progress.ts';

export interface Following {
  readonly client: ApiClient;
  readonly printer: Printer;
  readonly progress: Progress;
  /** Ends the watching; the run goes on. */
  readonly signal: AbortSignal;
}

const rests: ReadonlySet<Run['phase']['name']> = new Set([
  'succeeded',
  'failed',
  'superseded',
  'cancelled',
  'held',
  'awaiting-approval',
]);

/** The run as it then is. @throws the signal's reason where that comes first. */
export async function followRun(run: string, following: Following): Promise<Run> {
  const { client, signal, printer, progress } = following;
  const ending = new AbortController();
  const events = client.events({ signal: AbortSignal.any([signal, ending.signal]) });
  try {
    // Read after the stream is asked for, so that nothing happens in between unseen.
    const first = events.next();
    let current = await client.run({ params: { run }, signal });
    let next = await Promise.race([first, restingOf(current)]);
    while (!rests.has(current.phase.name) && next && !next.done) {
      const event = next.value;
      if (isAbout(event, run)) {
        progress.above(() => printer.lines([cutLine(eventLine(event), printer.tableWidth)]));
        current = await client.run({ params: { run }, signal });
        progress.update({ done: current.counts.done, total: current.counts.total });
      }
      if (!rests.has(current.phase.name)) next = await events.next();
    }
    if (!rests.has(current.phase.name)) signal.throwIfAborted();
    return current;
  } finally {
    ending.abort();
    await events.return().catch(() => undefined);
  }
}

/** Nothing to wait for where the run rests already. */
function restingOf({ phase }: Run): Promise<undefined> {
  return rests.has(phase.name) ? Promise.resolve(undefined) : new Promise(() => undefined);
}

function isAbout({ body }: LiveEvent, run: string): boolean {
  return isJsonObject(body) && body['run'] === run;
}
