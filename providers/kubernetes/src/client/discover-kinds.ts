/**
 * Reads which kinds a server knows: in two requests where it lists them as one (aggregated
 * discovery), else one for each group and version.
 */
import { type Json, readField, readList, readText, readTexts } from '@trueup/diagnostics';

import type { ApiKind } from '../kubernetes-client.ts';

/** Answers `undefined` for what the server does not have. */
export type ReadPath = (path: string, accept: string) => Promise<Json | undefined>;

const asJson = 'application/json';
const aggregated = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  asJson,
].join(',');

export async function discoverKinds(read: ReadPath): Promise<readonly ApiKind[]> {
  const [core, named] = await Promise.all([read('/api', aggregated), read('/apis', aggregated)]);
  const answers = [core, named];
  if (answers.every((answer) => readText(answer, 'kind') === 'APIGroupDiscoveryList')) {
    return join(answers.flatMap(parseAggregated));
  }
  return join(await readLegacy(core, named, read));
}

/** One kind as one version serves it. */
interface Served {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

function parseAggregated(answer: Json | undefined): readonly Served[] {
  return readList(answer, 'items').flatMap((group) => {
    const name = readText(group, 'metadata', 'name') ?? '';
    return readList(group, 'versions').flatMap((version) =>
      readList(version, 'resources').map((resource) => ({
        group: name,
        version: readText(version, 'version') ?? '',
        kind: readText(resource, 'responseKind', 'kind') ?? '',
        plural: readText(resource, 'resource') ?? '',
        namespaced: readText(resource, 'scope') === 'Namespaced',
        verbs: readTexts(resource, 'verbs'),
      })),
    );
  });
}

async function readLegacy(
  core: Json | undefined,
  named: Json | undefined,
  read: ReadPath,
): Promise<readonly Served[]> {
  const versions = [
    ...readTexts(core, 'versions').map((version) => ({ group: '', version })),
    ...readList(named, 'groups').flatMap(versionsOfGroup),
  ];
  const answers = await Promise.all(
    versions.map(async ({ group, version }) => {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const resources = readList(await read(path, asJson), 'resources');
      return resources.map((resource) => ({
        group,
        version,
        kind: readText(resource, 'kind') ?? '',
        plural: readText(resource, 'name') ?? '',
        namespaced: readField(resource, 'namespaced') === true,
        verbs: readTexts(resource, 'verbs'),
      }));
    }),
  );
  return answers.flat();
}

/** The preferred one first. */
function versionsOfGroup(group: Json): readonly { group: string; version: string }[] {
  const name = readText(group, 'name') ?? '';
  const preferred = readText(group, 'preferredVersion', 'version') ?? '';
  const others = readList(group, 'versions').map((one) => readText(one, 'version') ?? '');
  return [...new Set([preferred, ...others])]
    .filter((version) => version !== '')
    .map((version) => ({ group: name, version }));
}

function join(served: readonly Served[]): readonly ApiKind[] {
  const kinds = new Map<string, ApiKind>();
  for (const { version, ...one } of served) {
    // `deployments/status` is a part of a kind, not a kind.
    if (one.kind === '' || one.plural.includes('/')) continue;
    const key = `${one.kind}.${one.group}`;
    const known = kinds.get(key);
    const versions = [...(known?.versions ?? []), version];
    kinds.set(key, { ...(known ?? one), versions });
  }
  return [...kinds.values()];
}
