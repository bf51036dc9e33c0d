import { existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import type { OpenedStandAlone, ProjectStack } from '@trueup/control-plane';
import { didYouMean } from '../closest.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import type { FolderFlags } from './folder-flags.ts';

/** Opens a folder as what this machine and its user can reach. */
export async function openFolder(
  folder: string | undefined,
  flags: FolderFlags,
  { environment, folder: startedIn }: Surroundings,
): Promise<OpenedStandAlone> {
  const place = resolve(startedIn, folder ?? '.');
  requireFolder(place, folder ?? '.');
  const { openStandAlone } = await import('@trueup/control-plane');
  return openStandAlone({
    folder: place,
    kubeconfigs: findKubeconfigs(flags.kubeconfig, environment, startedIn),
    searchPath: environment['PATH'] ?? '',
    programEnvironment: forPrograms(environment),
    secret: (name) => environment[secretVariable(name)],
    cacheFolder: join(cachesOf(environment), 'trueup', 'charts'),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.context !== undefined && { context: flags.context }),
    ...(flags.creates !== undefined && { creates: flags.creates }),
  });
}

/** `registry-password` is read from `TRUEUP_SECRET_REGISTRY_PASSWORD`. */
export function secretVariable(name: string): string {
  return `TRUEUP_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** As kubectl finds them. */
export function findKubeconfigs(
  flag: string | undefined,
  environment: Surroundings['environment'],
  folder: string,
): readonly string[] {
  if (flag !== undefined) {
    const file = resolve(folder, flag);
    if (!existsSync(file)) throw new UsageError(`--kubeconfig ${flag}: there is no such file.`);
    return [file];
  }
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((one) => one !== '');
  if (listed.length > 0) return listed.map((one) => resolve(folder, one));
  return [join(homeOf(environment), '.kube', 'config')];
}

/**
 * Those whose names match, in the order of the project.
 *
 * @throws UsageError when a name matches nothing.
 */
export async function selectStacks(
  { project }: OpenedStandAlone,
  names: readonly string[] | undefined,
): Promise<readonly ProjectStack[]> {
  if (!names || names.length === 0) return project.stacks;
  const { matchesGlobs } = await import('@trueup/control-plane');
  const known = project.stacks.map(({ definition }) => definition.name);
  const unknown = names.find((name) => !known.some((one) => matchesGlobs(one, [name])));
  if (unknown !== undefined) {
    const there = known.length > 0 ? `There are ${listSome(known)}.` : 'There are no stacks.';
    const hint = didYouMean(unknown, known) || ` ${there}`;
    throw new UsageError(`--stack ${unknown}: there is no such stack.${hint}`);
  }
  return project.stacks.filter(({ definition }) => matchesGlobs(definition.name, names));
}

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 10);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

export function requireFolder(place: string, written: string): void {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`${written}: there is no such folder.`);
  if (!found.isDirectory()) throw new UsageError(`${written}: it is a file; name its folder.`);
}

/** Set but empty counts as not set. */
function cachesOf({ XDG_CACHE_HOME: caches, ...environment }: Surroundings['environment']): string {
  return caches ? caches : join(homeOf(environment), '.cache');
}

function homeOf(environment: Surroundings['environment']): string {
  return environment['HOME'] ?? environment['USERPROFILE'] ?? '/';
}

/** Credential plugins are the user's own programs: they see all but what is ours. */
function forPrograms(environment: Surroundings['environment']): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || name.startsWith('TRUEUP_') ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
