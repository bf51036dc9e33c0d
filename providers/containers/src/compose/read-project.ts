/** From loaded sections to the model of a project: what runs, what it needs, what is wrong. */
import { adviseName, type JsonObject } from '@trueup/diagnostics';
import { readService } from '../service/read-service.ts';
import {
  type Place,
  type ReadValue,
  readBoolean,
  readMembers,
  readPairs,
  readText,
  readTextMap,
} from '../service/read-values.ts';
import type { ServiceModel } from '../service/service-model.ts';
import type { LoadedProject } from './load-project.ts';
import { profilesOf } from './long-forms.ts';
import { itemsOf, memberOf, membersOf, type Remarks, scalarOf, type Tree, textOf } from './tree.ts';

/** A network or volume of the project. */
export interface PlaceModel {
  readonly key: string;
  /** What the engine calls it. */
  readonly name: string;
  readonly external: boolean;
  readonly spec: JsonObject;
  readonly tree: Tree | undefined;
}

export interface ProjectModel {
  readonly name: string;
  readonly services: readonly ServiceModel[];
  /** Those that a service uses. */
  readonly networks: readonly PlaceModel[];
  readonly volumes: readonly PlaceModel[];
  readonly configs: ReadonlyMap<string, Tree>;
  readonly secrets: ReadonlyMap<string, Tree>;
}

export interface ProjectOptions {
  /** Where no file names it. */
  readonly name: string;
  readonly profiles: readonly string[];
  readonly remarks: Remarks;
}

export function readProject(loaded: LoadedProject, options: ProjectOptions): ProjectModel {
  const { remarks, profiles } = options;
  const name = loaded.name ?? options.name;
  const enabled = [...loaded.services].filter(([, tree]) => isEnabled(tree, profiles));
  const within = enabled.slice(0, mostServices);
  const services = within.flatMap(([key, tree]) =>
    tree.kind === 'map' ? [readService(key, tree, remarks)] : [],
  );
  for (const [key, { origin }] of enabled.slice(mostServices, mostServices + 1)) {
    const summary = `there are more than ${mostServices} services`;
    remarks.add('error', 'COMPOSE_FILE_INVALID', { origin, path: ['services', key] }, { summary });
  }
  const known = new Set(enabled.map(([key]) => key));
  for (const service of services) checkService(service, { loaded, known, remarks });
  checkContainerNames(services, remarks);
  const networks = new Set(services.flatMap((one) => [...one.networks.keys()]));
  const volumes = new Set(services.flatMap((one) => one.volumes));
  const jobs = new Set(services.flatMap(completedBefore));
  return {
    name,
    services: breakCircles(services, remarks).map((one) => asJob(one, jobs)),
    networks: placesOf('networks', networks, { loaded, project: name, remarks }),
    volumes: placesOf('volumes', volumes, { loaded, project: name, remarks }),
    configs: loaded.configs,
    secrets: loaded.secrets,
  };
}

/** One engine bears about a thousand containers. */
const mostServices = 2000;

function isEnabled(service: Tree, active: readonly string[]): boolean {
  const profiles = profilesOf(service);
  return (
    profiles.length === 0 || active.includes('*') || profiles.some((one) => active.includes(one))
  );
}

interface Known {
  readonly loaded: LoadedProject;
  readonly known: ReadonlySet<string>;
  readonly remarks: Remarks;
}

function checkService(service: ServiceModel, { loaded, known, remarks }: Known): void {
  const { name, tree } = service;
  const path = ['services', name];
  if (service.image === undefined) {
    const advice = memberOf(tree, 'build')
      ? 'Build and push it in a CI, and name it here as `image`.'
      : 'Write `image: name:tag`.';
    remarks.add(
      'error',
      'COMPOSE_IMAGE_MISSING',
      { origin: tree.origin, path },
      {
        summary: `the service \`${name}\` has no image`,
        advice,
      },
    );
  }
  const needed = [
    ...service.dependsOn.filter(({ required }) => required).map((one) => one.service),
    ...service.sharesWith,
  ];
  refer(
    needed.filter((one) => !known.has(one)),
    'service',
    known,
    { tree, path, remarks },
  );
  const networks = [...service.networks.keys()].filter(
    (one) => one !== 'default' && !loaded.networks.has(one),
  );
  refer(networks, 'network', loaded.networks.keys(), { tree, path, remarks });
  const volumes = service.volumes.filter((one) => !loaded.volumes.has(one));
  refer(volumes, 'volume', loaded.volumes.keys(), { tree, path, remarks });
  for (const section of ['configs', 'secrets'] as const) {
    const used = service.contents.filter((one) => one.section === section).map((one) => one.source);
    const missing = used.filter((one) => !loaded[section].has(one));
    refer(missing, section.slice(0, -1), loaded[section].keys(), { tree, path, remarks });
  }
  if (service.replicas > 1 && service.spec['container_name'] !== undefined) {
    const summary = `\`${name}\` cannot have one \`container_name\` and ${service.replicas} replicas`;
    remarks.add('error', 'COMPOSE_VALUE_INVALID', { origin: tree.origin, path }, { summary });
  }
}

/** A host has each name once. */
function checkContainerNames(services: readonly ServiceModel[], remarks: Remarks): void {
  const owners = new Map<unknown, string>();
  for (const { name, spec, tree } of services) {
    const { container_name: own } = spec;
    if (own === undefined) continue;
    const other = owners.get(own);
    const at = memberOf(tree, 'container_name') ?? tree;
    const path = ['services', name, 'container_name'];
    if (other === undefined) owners.set(own, name);
    else remarks.invalid(at, path, `\`${other}\` has the same \`container_name\``);
  }
}

function refer(
  missing: readonly string[],
  what: string,
  known: Iterable<string>,
  { tree, path, remarks }: { tree: Tree; path: readonly string[]; remarks: Remarks },
): void {
  if (missing.length === 0) return;
  const all = [...known];
  for (const name of new Set(missing)) {
    const summary = `\`${path.at(-1)}\` names the ${what} \`${name}\`, which there is not`;
    const origin = originOfName(tree, name);
    remarks.add(
      'error',
      'COMPOSE_REFERENCE_UNKNOWN',
      { origin, path },
      {
        summary,
        advice: adviseName(name, all),
      },
    );
  }
}

/** Where the name is written, as far as that is plain to see. */
function originOfName(tree: Tree, name: string): Tree['origin'] {
  for (const member of ['depends_on', 'networks', 'volumes', 'configs', 'secrets']) {
    const section = memberOf(tree, member);
    const named =
      memberOf(section, name) ??
      itemsOf(section).find((item) => textOf(memberOf(item, 'source')) === name);
    if (named) return named.origin;
  }
  return tree.origin;
}

/** Who is waited for to complete is a one-off job, whatever it says itself. */
function completedBefore({ dependsOn }: ServiceModel): readonly string[] {
  return dependsOn
    .filter(({ condition }) => condition === 'service_completed_successfully')
    .map(({ service }) => service);
}

function asJob(service: ServiceModel, jobs: ReadonlySet<string>): ServiceModel {
  return jobs.has(service.name) ? { ...service, executes: service.executes ?? 'changed' } : service;
}

/** A circle has no beginning: it is told once, and cut, so that the rest is still read. */
function breakCircles(
  services: readonly ServiceModel[],
  remarks: Remarks,
): readonly ServiceModel[] {
  const byName = new Map(services.map((one) => [one.name, one]));
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const service = byName.get(name);
    if (!service || done.has(name)) return;
    if (trail.includes(name)) {
      const summary = `\`depends_on\` goes round in a circle: ${[...trail, name].join(' → ')}`;
      const at = { origin: service.tree.origin, path: ['services', name, 'depends_on'] };
      remarks.add('error', 'COMPOSE_DEPENDENCY_CIRCLE', at, { summary });
      done.add(name);
      return;
    }
    for (const { service: next } of service.dependsOn) visit(next, [...trail, name]);
    done.add(name);
  };
  for (const { name } of services) visit(name, []);
  return services;
}

const readIpam: ReadValue = (tree, place) => {
  if (membersOf(tree).length === 0) return undefined;
  return {
    ...readMembers(tree, { driver: readText, options: readTextMap }, place),
    config: itemsOf(memberOf(tree, 'config')).map((item) => readSubnet(item, place)),
  };
};

function readSubnet(item: Tree, place: Place): JsonObject {
  const readers = { subnet: readText, gateway: readText, ip_range: readText };
  for (const [name, one] of membersOf(item)) {
    if (Object.hasOwn(readers, name)) continue;
    const at = { origin: one.origin, path: [...place.path, 'config', name] };
    const summary = `\`${name}\` of a subnet is not supported`;
    place.remarks.add('error', 'COMPOSE_UNSUPPORTED', at, { summary });
  }
  return readMembers(item, readers, place);
}

const placeReaders: Readonly<Record<'networks' | 'volumes', Readonly<Record<string, ReadValue>>>> =
  {
    networks: {
      driver: readText,
      driver_opts: readTextMap,
      internal: readBoolean,
      attachable: readBoolean,
      enable_ipv6: readBoolean,
      ipam: readIpam,
      labels: readPairs,
    },
    volumes: { driver: readText, driver_opts: readTextMap, labels: readPairs },
  };

function placesOf(
  section: 'networks' | 'volumes',
  used: ReadonlySet<string>,
  { loaded, project, remarks }: { loaded: LoadedProject; project: string; remarks: Remarks },
): readonly PlaceModel[] {
  return [...used].flatMap((key) => {
    const tree = loaded[section].get(key);
    if (!tree && !(section === 'networks' && key === 'default')) return [];
    const own = tree ?? scalarOf(null, { file: '', line: 1 });
    const external = textOf(memberOf(own, 'external')) === 'true';
    const written = textOf(memberOf(own, 'name'));
    const spec = readMembers(own, placeReaders[section], { path: [section, key], remarks });
    return [{ key, name: written ?? (external ? key : `${project}_${key}`), external, spec, tree }];
  });
}
