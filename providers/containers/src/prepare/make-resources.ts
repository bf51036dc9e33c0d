import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readText,
} from '@trueup/diagnostics';
import {
  type DesiredResource,
  type Files,
  formatResourceId,
  type InputRead,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Lookup } from '../compose/interpolate.ts';
import type { PlaceModel, ProjectModel } from '../compose/read-project.ts';
import type { Remarks, Tree } from '../compose/tree.ts';
import { withMeta } from '../marks/resource-body.ts';
import type { ServiceModel } from '../service/service-model.ts';
import { checkNamesForSecrets } from './check-names-for-secrets.ts';
import { findSecrets } from './find-secrets.ts';
import { readEnvironment, readFiles } from './read-contents.ts';
import type { ImageResolver } from './resolve-images.ts';

export interface MakingPorts {
  readonly files: Files;
  readonly lookup: Lookup;
  readonly remarks: Remarks;
  readonly images: ImageResolver;
  readonly hosts: readonly string[];
  readonly secrets: readonly string[];
}

export interface Made {
  readonly resources: readonly DesiredResource[];
  readonly inputsRead: readonly InputRead[];
  readonly trees: ReadonlyMap<ResourceId, Tree>;
}

export async function makeResources(project: ProjectModel, ports: MakingPorts): Promise<Made> {
  const maker = new Maker(project, ports);
  if (!checkNamesForSecrets(project, ports)) return maker;
  for (const service of project.services) await maker.addService(service);
  for (const host of ports.hosts) maker.addPlaces(host);
  return maker;
}

class Maker implements Made {
  readonly resources: DesiredResource[] = [];
  readonly inputsRead: InputRead[] = [];
  readonly trees = new Map<ResourceId, Tree>();
  readonly #project: ProjectModel;
  readonly #ports: MakingPorts;
  readonly #services: ReadonlyMap<string, ServiceModel>;
  readonly #ranks = new Map<string, number>();

  constructor(project: ProjectModel, ports: MakingPorts) {
    this.#services = new Map(project.services.map((one) => [one.name, one]));
    this.#project = project;
    this.#ports = ports;
  }

  async addService(service: ServiceModel): Promise<void> {
    const { remarks, secrets } = this.#ports;
    const content = { ...this.#ports, project: this.#project };
    const environment = await readEnvironment(service, content);
    const files = await readFiles(service, content);
    if (files.size > 0 && service.spec['read_only'] === true) {
      const summary = `\`${service.name}\` has a read-only root, so that no files can be put into it`;
      const advice =
        'Mount a volume, or an absolute path of the host, in the place of configs and secrets.';
      remarks.add('error', 'CONTAINERS_READ_ONLY_FILES', service.tree, { summary, advice });
    }
    const { environment: _own, volumes, ...rest } = service.spec;
    const spec: JsonObject = {
      ...rest,
      ...(Object.keys(environment).length > 0 && { environment }),
      ...(isJsonList(volumes) && { volumes: volumes.map((one) => this.#named(one)) }),
      ...(files.size > 0 && { files: Object.fromEntries(files) }),
      networks: Object.fromEntries(
        [...service.networks].map(([key, own]) => [this.#place('networks', key)?.name ?? key, own]),
      ),
    };
    const secretFiles = new Set(
      service.contents.filter(({ section }) => section === 'secrets').map(({ target }) => target),
    );
    const sensitive = findSecrets(spec, { secrets, secretFiles });
    for (const host of this.#ports.hosts) await this.#addOn(host, service, { spec, sensitive });
  }

  async #addOn(
    host: string,
    service: ServiceModel,
    {
      spec,
      sensitive,
    }: { readonly spec: JsonObject; readonly sensitive: readonly (readonly string[])[] },
  ): Promise<void> {
    const { image = '', pullPolicy, tree } = service;
    if (image === '') return;
    const pinned = await this.#ports.images.pin({ image, pullPolicy, host, origin: tree.origin });
    if ('severity' in pinned) {
      const { severity, code, summary, advice } = pinned;
      const at = { path: ['services', service.name, 'image'], origin: tree.origin };
      // The place stands in it already.
      const text = summary.replace(`${tree.origin.file}:${tree.origin.line}: `, '');
      this.#ports.remarks.add(severity, code, at, { summary: text, advice });
      return;
    }
    this.#noteImage(pinned.isLocal ? `${host} ${image}` : image, pinned.digest);
    const id = this.#serviceId(host, service);
    const parents = service.sharesWith.flatMap((name) => this.#idOf(host, name) ?? []);
    const body = withMeta(
      { ...asRun(spec, service), image, imageDigest: pinned.digest },
      {
        project: this.#project.name,
        service: service.name,
        replicas: service.executes ? 1 : service.replicas,
        sensitive,
        order: orderOf(service),
        parents,
        externals: this.#externals(service),
        isLocal: pinned.isLocal,
      },
    );
    this.trees.set(id, tree);
    this.resources.push({
      id,
      body,
      position: { wave: 0, rank: this.#rankOf(service.name) },
      dependsOn: this.#needs(host, service),
      origin: tree.origin,
      ...(service.executes && { executes: service.executes }),
    });
  }

  addPlaces(host: string): void {
    for (const [kind, places] of [
      ['Network', this.#project.networks],
      ['Volume', this.#project.volumes],
    ] as const) {
      for (const place of places.filter(({ external }) => !external))
        this.#addPlace(host, kind, place);
    }
  }

  #addPlace(host: string, kind: 'Network' | 'Volume', { name, key, spec, tree }: PlaceModel): void {
    const id = formatResourceId({ kind, scope: host, name });
    if (tree) this.trees.set(id, tree);
    const { secrets } = this.#ports;
    const meta = {
      replicas: 1,
      sensitive: findSecrets(spec, { secrets, secretFiles: new Set() }),
      order: 'start-first',
      parents: [],
      externals: [],
      isLocal: false,
    } as const;
    this.resources.push({
      id,
      body: withMeta(spec, { project: this.#project.name, service: key, ...meta }),
      position: { wave: 0, rank: 0 },
      dependsOn: [],
      ...(tree && tree.origin.file !== '' && { origin: tree.origin }),
    });
  }

  #externals({ networks, volumes }: ServiceModel): readonly string[] {
    const named = (kind: string, section: 'networks' | 'volumes', keys: Iterable<string>) =>
      [...keys].flatMap((key) => {
        const place = this.#place(section, key);
        return place?.external ? [`${kind}/${place.name}`] : [];
      });
    return [
      ...named('Network', 'networks', networks.keys()),
      ...named('Volume', 'volumes', volumes),
    ];
  }

  #noteImage(name: string, digest: string): void {
    const read = { name: `image:${name}`, digest };
    if (!this.inputsRead.some((one) => one.name === read.name)) this.inputsRead.push(read);
  }

  /** The engine's name of a volume in the place of the project's. */
  #named(mount: Json): Json {
    if (!isJsonObject(mount)) return mount;
    const { type, source, ...rest } = mount;
    if (type !== 'volume' || typeof source !== 'string') return mount;
    return { ...rest, type, source: this.#place('volumes', source)?.name ?? source };
  }

  #place(section: 'networks' | 'volumes', key: string): PlaceModel | undefined {
    return this.#project[section].find((one) => one.key === key);
  }

  #serviceId(host: string, { name, executes }: ServiceModel): ResourceId {
    const kind = executes ? 'Job' : 'Service';
    return formatResourceId({ kind, scope: host, name: `${this.#project.name}.${name}` });
  }

  #idOf(host: string, name: string): ResourceId | undefined {
    const service = this.#services.get(name);
    return service && this.#serviceId(host, service);
  }

  /** Who is started only has to be begun with before, which is what a rank says. A circle is cut. */
  #rankOf(name: string): number {
    const known = this.#ranks.get(name);
    const service = this.#services.get(name);
    if (known !== undefined || !service) return known ?? 0;
    this.#ranks.set(name, 0);
    const before = [...service.dependsOn.map((one) => one.service), ...service.sharesWith];
    const rank = 1 + Math.max(0, ...before.map((one) => this.#rankOf(one)));
    this.#ranks.set(name, rank);
    return rank;
  }

  #needs(host: string, service: ServiceModel): readonly ResourceId[] {
    const places = [
      ...[...service.networks.keys()].map(
        (key) => ['Network', this.#place('networks', key)] as const,
      ),
      ...service.volumes.map((key) => ['Volume', this.#place('volumes', key)] as const),
    ].flatMap(([kind, place]) =>
      place && !place.external ? [formatResourceId({ kind, scope: host, name: place.name })] : [],
    );
    const waited = service.dependsOn.filter(({ condition }) => condition !== 'service_started');
    const services = [...waited.map((one) => one.service), ...service.sharesWith];
    return [...new Set([...places, ...services.flatMap((name) => this.#idOf(host, name) ?? [])])];
  }
}

/** A job that the engine starts again never comes to its end. */
function asRun(spec: JsonObject, { executes }: ServiceModel): JsonObject {
  const { restart } = spec;
  const isBounded = typeof restart === 'string' && restart.startsWith('on-failure:');
  return executes && restart !== undefined && !isBounded ? { ...spec, restart: 'no' } : spec;
}

/**
 * Two containers side by side need no port of the host twice, and no volume that both write: such a
 * service is stopped first, unless it says that it can bear the other way.
 */
function orderOf({
  spec,
  updateOrder,
  volumes,
  sharesWith,
}: ServiceModel): 'start-first' | 'stop-first' {
  const ports = isJsonList(spec['ports']) ? spec['ports'] : [];
  const publishes = ports.some((port) => /^\d+$/.test(readText(port, 'published') ?? ''));
  if (publishes || spec['network_mode'] === 'host' || sharesWith.length > 0) return 'stop-first';
  return updateOrder ?? (volumes.length > 0 ? 'stop-first' : 'start-first');
}
