/**
 * What we write onto what we make, so that it is found and compared again without any store. Labels of
 * a container never change: another owner, or another name of the service, means another container.
 */
import type { Stack } from '@trueup/provider-sdk';

/** Whose it is. Another name would orphan everything that was ever applied. */
export const ownerLabel = 'dev.trueup.owner';
/** The stack's name, for people. No decision goes by it. */
export const stackLabel = 'dev.trueup.stack';
/** The last part of the resource id, `project.service`. */
export const resourceLabel = 'dev.trueup.resource';
/** `Service`, `Job`, `Network` or `Volume`. */
export const kindLabel = 'dev.trueup.kind';
/** Which of the replicas it is, from 1 on. */
export const numberLabel = 'dev.trueup.number';
/** What was asked for, see `SpecMark`. */
export const specLabel = 'dev.trueup.spec';
/** A hash over all that was asked for, secrets included: one look tells whether it is the same. */
export const hashLabel = 'dev.trueup.hash';

/** What `docker compose` finds its own by, so that it goes on working beside us. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

export type Labels = Readonly<Record<string, string>>;

export function ownersOf({ owner, formerOwners }: Stack): readonly string[] {
  return [owner, ...formerOwners];
}

/** `former`: of a name that the stack had before, hence ours as well. */
export function whoseIs(
  owner: string | undefined,
  stack: Stack,
): 'ours' | 'former' | 'other' | 'nobody' {
  if (owner === undefined) return 'nobody';
  if (owner === stack.owner) return 'ours';
  return stack.formerOwners.includes(owner) ? 'former' : 'other';
}
