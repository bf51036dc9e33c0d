/**
 * Decides for each dependency of a chart where it comes from, and refuses what is not certain: a
 * range of versions without a lock, a lock that was made for something else, a copy in `charts/`
 * that is not what the lock says. Helm itself looks only at the names in `charts/`. Pure.
 */
import type { Diagnostic } from '@trueup/diagnostics';

import { resolvePath } from './chart-path.ts';
import { digestLock } from './lock-digest.ts';
import type { Chart, Dependency } from './read-chart.ts';
import { textOf } from './text-of.ts';

/** What is not there yet, and where from. */
export type Missing =
  | {
      readonly kind: 'folder';
      readonly dependency: Dependency;
      readonly folder: string;
      /** `undefined` where any will do that the chart's range holds. */
      readonly version: string | undefined;
    }
  | {
      readonly kind: 'archive';
      readonly dependency: Dependency;
      /** Without a slash at the end. */
      readonly repository: URL;
      /** Exact. */
      readonly version: string;
    };

export interface DependencyPlan {
  readonly missing: readonly Missing[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `vendored` are the charts that lie in `charts/`, by name; the version is empty where it is not known. */
export function planDependencies(
  chart: Chart,
  vendored: ReadonlyMap<string, string>,
): DependencyPlan {
  const stale = checkLock(chart);
  if (stale) return { missing: [], diagnostics: [stale] };

  const missing: Missing[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, dependency] of chart.dependencies.entries()) {
    const version = versionOf(chart, index);
    const found = vendored.get(dependency.name);
    if (found !== undefined) {
      const isOther = found !== '' && version !== undefined && !isSameVersion(found, version);
      if (isOther) diagnostics.push(otherCopy(dependency, found, version));
      continue;
    }
    const step = findSource(chart, dependency, version);
    if ('kind' in step) missing.push(step);
    else diagnostics.push(step);
  }
  return { missing, diagnostics };
}

function checkLock({ dependencies, lock }: Chart): Diagnostic | undefined {
  if (!lock) return undefined;
  const declared = dependencies.map((dependency) => dependency.declared);
  if (digestLock(declared, lock.dependencies) === lock.digest) return undefined;
  return {
    severity: 'error',
    code: 'RENDER_HELM_LOCK',
    path: ['digest'],
    origin: { file: lock.file, line: 1 },
    summary: `${lock.file}: the lock was made for other dependencies than the chart has`,
    advice: 'Run `helm dependency update` and commit the lock.',
  };
}

/** From the lock, which lists in the chart's order; else the chart's own, when it is exact. */
function versionOf({ dependencies, lock }: Chart, index: number): string | undefined {
  const dependency = dependencies[index];
  const locked = lock?.dependencies[index];
  if (locked) return textOf(locked['version']);
  const version = dependency?.version ?? '';
  return /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version) ? version : undefined;
}

function findSource(
  { folder }: Chart,
  dependency: Dependency,
  version: string | undefined,
): Missing | Diagnostic {
  const { repository } = dependency;
  if (repository.startsWith('file://')) {
    const path = resolvePath(folder, repository.slice('file://'.length));
    if (path === undefined) return refuse(dependency, 'lies outside of the repository');
    return { kind: 'folder', dependency, folder: path, version };
  }
  const url = URL.parse(repository.replace(/\/+$/, ''));
  if (!(url && ['https:', 'http:', 'oci:'].includes(url.protocol))) {
    const advice =
      'Name its repository by `https://`, `oci://` or `file://`, or commit it to `charts/`.';
    return refuse(dependency, 'names no repository that can be asked', advice);
  }
  if (url.username !== '' || url.password !== '') {
    return refuse(dependency, 'has credentials in the address of its repository', 'Remove them.');
  }
  if (version === undefined) {
    const advice = 'Run `helm dependency update` and commit the lock.';
    return refuse(dependency, 'has a range of versions and no lock', advice);
  }
  return { kind: 'archive', dependency, repository: url, version };
}

export function isSameVersion(a: string, b: string): boolean {
  return a.replace(/^v/, '') === b.replace(/^v/, '');
}

function otherCopy(dependency: Dependency, found: string, version: string): Diagnostic {
  const what = `lies in \`charts/\` in version ${found}, but should be ${version}`;
  return refuse(
    dependency,
    what,
    'Run `helm dependency build` and commit `charts/`, or remove the copy.',
  );
}

export function refuse({ name, origin }: Dependency, what: string, advice?: string): Diagnostic {
  return {
    severity: 'error',
    code: 'RENDER_HELM_DEPENDENCY',
    path: ['dependencies'],
    origin,
    summary: `${origin.file}: the dependency \`${name.slice(0, 100)}\` ${what}`,
    ...(advice !== undefined && { advice }),
  };
}
