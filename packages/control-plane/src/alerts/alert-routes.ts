import {
  type AlertRoute,
  keepRoutes,
  type RepositoryRecord,
  readRoutes,
  routesSetting,
  type Store,
  type Write,
} from '@trueup/engine';

/** By the repository's name. */
export type RoutesByRepository = ReadonlyMap<string, readonly AlertRoute[]>;

export interface AlertRoutesPorts {
  readonly store: Store;
  /**
   * The alerts of the repository's head, for one that was taken up before alerts were sent: they are
   * kept from then on.
   */
  readonly readHead: (repository: RepositoryRecord) => Promise<readonly AlertRoute[]>;
  readonly onError: (error: unknown, subject: string) => void;
}

/** Who is told about what, by repository: as the followed branches' heads say it, and as nothing else. */
export class AlertRoutes {
  readonly #ports: AlertRoutesPorts;
  #known: RoutesByRepository | undefined;
  #changes = 0;

  constructor(ports: AlertRoutesPorts) {
    this.#ports = ports;
  }

  /** Something of them was written: they are read again when somebody asks. */
  noteWrites(writes: readonly Write[]): void {
    if (!writes.some(changesRoutes)) return;
    this.#known = undefined;
    this.#changes += 1;
  }

  async read(): Promise<RoutesByRepository> {
    if (this.#known) return this.#known;
    const changes = this.#changes;
    const repositories = await this.#ports.store.repositories();
    const routes = new Map<string, readonly AlertRoute[]>();
    for (const repository of repositories) {
      routes.set(repository.name, await this.#readOne(repository));
    }
    // Written meanwhile: the next one reads that.
    if (changes === this.#changes) this.#known = routes;
    return routes;
  }

  async #readOne(repository: RepositoryRecord): Promise<readonly AlertRoute[]> {
    const { store, readHead, onError } = this.#ports;
    const kept = await store.setting(routesSetting(repository.id));
    if (kept !== undefined) return readRoutes(kept);
    if (repository.head === undefined) return [];
    try {
      const routes = await readHead(repository);
      await store.commit([keepRoutes(repository.id, routes)]);
      return routes;
    } catch (error) {
      onError(error, `alerts of ${repository.name}`);
      return [];
    }
  }
}

function changesRoutes(write: Write): boolean {
  if (write.kind === 'setting') return write.name.startsWith(routesSetting(''));
  return write.kind === 'repository' || write.kind === 'repository-removed';
}
