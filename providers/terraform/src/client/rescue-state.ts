/**
 * A state that could not be saved where it belongs: the tool leaves it in its own folder, which goes with the
 * call. It is the only record of what was made (P4), so that it is tried again at once, and else laid where
 * people find it.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { runProgram } from '@trueup/programs';

import { composeCall } from './compose-call.ts';
import type { PlacedWork } from './open-workplace.ts';

/** As the tools call it. */
const name = 'errored.tfstate';
const pushMs = 60_000;

/**
 * Does nothing where the tool left none, or where saving it works now. An abort does not keep from it.
 *
 * @throws StalledError `TERRAFORM_STATE_UNSAVED`, which names the file that holds it.
 */
export async function rescueState(place: PlacedWork): Promise<void> {
  if (!existsSync(join(place.root, name))) return;
  const words = ['state', 'push', '-lock-timeout=20s', name];
  const call = composeCall(place, words, { timeoutMs: pushMs, graceMs: 5000 });
  const { end } = await runProgram(call, AbortSignal.timeout(2 * pushMs));
  if (end.kind === 'exited' && end.exitCode === 0) return;
  const folder = place.options.rescueFolder ?? join(tmpdir(), 'trueup-rescued');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${Date.now()}-${place.kept.key.slice(0, 12)}.tfstate`);
  await copyFile(join(place.root, name), file);
  const message = `terraform: the state could not be saved, and what was made is noted in ${file} only: mend its place, then run \`state push\` with that file before anything else`;
  throw new StalledError('TERRAFORM_STATE_UNSAVED', message);
}
