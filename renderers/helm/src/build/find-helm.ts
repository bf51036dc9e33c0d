import {
  createProgramFinder,
  type FindProgram,
  type FoundProgram,
  type ProgramPlace,
} from '@trueup/programs';

/** Its version is as the program says it; `v4.2` where it was built from its sources by hand. */
export type HelmProgram = FoundProgram;

/** What it finds is `undefined` where there is no such program, or none of version 3 or 4. */
export function createFindHelm(place: ProgramPlace): FindProgram {
  return createProgramFinder(
    {
      name: 'helm',
      arguments: ['version', '--template={{.Version}}'],
      environment: { HELM_NO_PLUGINS: '1' },
      version: /^v?[34]\.\d+[\w.+-]*/,
    },
    place,
  );
}
