/**
 * Initialises a folder for the tool, or puts into it what an earlier `init` of the same files made.
 *
 * C3 of `open-terraform-client.ts` is upheld here.
 */
import { runProgram } from '@trueup/programs';

import type { PlanAnswer } from '../terraform-client.ts';
import type { Complaint } from '../translate-errors.ts';
import { composeCall, type ToolCall } from './compose-call.ts';
import { fillCache } from './fill-cache.ts';
import type { ClientContext, PlacedWork } from './open-workplace.ts';
import { parseEvents, withoutFolder } from './parse-events.ts';
import { toCallEnd } from './to-call-end.ts';

export interface ReadyCall<T> {
  readonly run: () => Promise<T>;
  /** Whether a real `init` may help it. */
  readonly asksForInit: (answer: T) => boolean;
}

/** Runs a call in an initialised folder: that which is kept, and a new one where that does not do. */
export async function runReady<T>(
  place: PlacedWork,
  context: ClientContext,
  { run, asksForInit }: ReadyCall<T>,
): Promise<{ readonly answer: T } | { readonly refused: PlanAnswer }> {
  const { kept } = context;
  if (await kept.restore(place.kept)) {
    const answer = await run();
    if (!asksForInit(answer)) return { answer };
    await kept.forget(place.kept);
  }
  const refused = await initialise(place, context);
  return refused.end.kind === 'succeeded' ? { answer: await run() } : { refused };
}

/** Every complaint that `init` would help against says so. */
export function wantsInit({ summary, detail }: Complaint): boolean {
  return /\b(?:tofu|terraform) init\b/.test(`${summary} ${detail}`);
}

/** C3 */
export async function initialise(
  place: PlacedWork,
  { kept, filled, signal }: ClientContext,
): Promise<PlanAnswer> {
  const isFilled = await fillCache(place, filled, signal);
  const locked = place.isPinned ? ['-lockfile=readonly'] : [];
  const limits = { timeoutMs: 15 * 60 * 1000, graceMs: promptMs };
  const words = ['init', '-input=false', '-no-color', '-json', ...locked];
  const call = composeCall(place, words, limits, isFilled ? { cache: 'used' } : {});
  const answer = await runCall(call, signal);
  if (answer.end.kind === 'succeeded') await kept.keep(place.kept);
  return answer;
}

async function runCall(call: ToolCall, signal: AbortSignal): Promise<PlanAnswer> {
  const { end, stdout, stderr } = await runProgram(call, signal);
  const printed = withoutFolder(new TextDecoder().decode(stdout), call.privateFolder);
  const events = parseEvents(printed);
  return { end: toCallEnd(end, stderr), events };
}

/** The contract's second for what writes nothing. */
export const promptMs = 800;
