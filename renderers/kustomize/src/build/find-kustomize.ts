import {
  createProgramFinder,
  type FindProgram,
  type FoundProgram,
  type ProgramPlace,
} from '@trueup/programs';

export type KustomizeProgram = FoundProgram;

/** What it finds is `undefined` where there is no such program, or none that says its version. */
export function createFindKustomize(place: ProgramPlace): FindProgram {
  return createProgramFinder(
    {
      name: 'kustomize',
      arguments: ['version'],
      environment: {},
      version: /v?\d+\.\d+\.\d+[\w.+-]*/,
    },
    place,
  );
}
