/**
 * Plays a random sequence of writes on one object against a real API server, and computes each
 * write here too, from the object as the server had it before. Both have to agree about values,
 * owners, conflicts and refusals.
 */
import type { JsonObject } from '@trueup/diagnostics';

import type { Answer } from './api-server.ts';
import { makeWrite, repeatApply, type Write } from './make-writes.ts';
import { placeOf, type Sequence, type Tally, urlOf } from './sequence.ts';

/** Resolves to what was found to differ, a line for each; nothing when all agreed. */
export async function checkSequence(sequence: Sequence, tally: Tally): Promise<readonly string[]> {
  let observed: JsonObject | undefined;
  for (let step = 0; step < sequence.steps; step += 1) {
    const write = makeWrite(sequence, observed);
    const played = await play(sequence, write, { step, observed, tally });
    if (played.differences.length > 0) return played.differences;
    if (played.answer.status < 300) observed = played.answer.body;

    const again = sequence.dice.chance(20) && repeatApply(sequence, write, played.answer);
    if (!again) continue;
    const repeated = await play(sequence, again, { step, observed, tally });
    if (repeated.differences.length > 0) return repeated.differences;
    if (repeated.answer.status < 300) observed = repeated.answer.body;
  }
  return [];
}

interface Step {
  readonly step: number;
  readonly observed: JsonObject | undefined;
  readonly tally: Tally;
}

interface Played {
  /** Always with the resource as its body, also when a subresource of another kind was written. */
  readonly answer: Answer;
  readonly differences: readonly string[];
}

async function play(sequence: Sequence, write: Write, at: Step): Promise<Played> {
  const { server, name, subject } = sequence;
  const { call } = write;
  const told = await server.call(call);
  const isScale = call.path.includes('/scale?') && told.status < 300;
  const main = placeOf(subject, '', subject.kind.version);
  const answer = isScale ? await server.call({ method: 'GET', path: urlOf(sequence, main) }) : told;
  const differences = write.check(answer, at.tally);
  if (differences.length === 0) return { answer, differences };
  const history = `${name} step ${at.step} ${call.method} ${call.path}`;
  const [sent, before] = [call.body, at.observed].map((value) => JSON.stringify(value));
  return { answer, differences: [history, `sent ${sent}`, `before ${before}`, ...differences] };
}
