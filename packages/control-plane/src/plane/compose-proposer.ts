import { DriftProposer } from '../adopting/drift-proposer.ts';
import type { Wiring } from './wiring.ts';

/** Composes what takes drift into Git where a rule says so. */
export function composeProposer(plane: Wiring): DriftProposer {
  const { hosting, publicUrl, log } = plane.options;
  const { following } = plane;
  return new DriftProposer({
    ...plane.access,
    opener: plane.opener,
    turns: plane.turns,
    repository: (name) => following.repository(name),
    git: (name) => following.git(name),
    connect: plane.connect,
    hosting,
    publicUrl,
    onProposed: (name, number) => plane.mergeRequests.hint(name, number),
    onRefused: (stack, why) => log('warn', 'drift is not proposed', { stack, why }),
    onError: (error, subject) => plane.report(error, subject),
  });
}
