/**
 * One engine in memory. Its answers have the shapes that Podman's Docker API was recorded with, oddities
 * included; `docker` bends them to those of Docker where the two differ. The same suite runs on a real
 * engine, so that it stays true.
 */
import { hash } from 'node:crypto';

import { isJsonList, type Json, type JsonObject, readObject, readText } from '@trueup/diagnostics';
import { toRefusal } from '../client/describe-refusal.ts';
import {
  type ContainersClient,
  type EngineAnswer,
  type EngineCall,
  EngineGoneError,
} from '../containers-client.ts';
import { type FakeContainer, inspectFake, listFake } from './fake-container.ts';
import { FakeEvents } from './fake-events.ts';

export interface FakeEngineOptions {
  readonly dialect?: 'podman' | 'docker';
  readonly now?: () => number;
}

/** Decides about one call in the place of the engine; `undefined` leaves it to the engine. */
export type Intervene = (call: EngineCall) => EngineAnswer | EngineGoneError | 'broken' | undefined;

export class FakeContainersClient implements ContainersClient {
  readonly containers: Map<string, FakeContainer> = new Map();
  readonly networks: Map<string, JsonObject> = new Map();
  readonly volumes: Map<string, JsonObject> = new Map();
  /** By name, with and without a digest. */
  readonly images: Map<string, JsonObject> = new Map();
  readonly calls: EngineCall[] = [];
  readonly events: FakeEvents = new FakeEvents();
  /** What becomes of a container that is started; it runs if absent. */
  behave: (container: FakeContainer) => Partial<FakeContainer> = () => ({});
  /** What a pull ends with; the image is there afterwards if absent. */
  pullError: string | undefined;
  intervene: Intervene = () => undefined;
  hookCode = 0;
  #link: 'up' | 'frozen' | 'down' = 'up';
  #lostAs = new EngineGoneError('unreached', 'ECONNREFUSED');
  #serial = 0;
  readonly #dialect: 'podman' | 'docker';
  readonly #now: () => number;

  constructor({ dialect = 'podman', now = Date.now }: FakeEngineOptions = {}) {
    this.#dialect = dialect;
    this.#now = now;
    this.networks.set('bridge', { Name: 'bridge', Id: 'bridge', Driver: 'bridge', Labels: {} });
  }

  get writes(): number {
    return this.calls.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;
  }

  addImage(name: string, config: JsonObject = {}): string {
    const id = `sha256:${hash('sha256', name)}`;
    this.images.set(name, { Id: id, Config: { Env: ['PATH=/bin'], Labels: {}, ...config } });
    return id;
  }

  freeze(): void {
    this.#link = 'frozen';
  }

  /** Ends the streams as well, as an engine that stops does. */
  unplug(as: EngineGoneError = new EngineGoneError('unreached', 'ECONNREFUSED')): void {
    this.#link = 'down';
    this.#lostAs = as;
    this.events.cut();
  }

  plugIn(): void {
    this.#link = 'up';
  }

  named(name: string): FakeContainer | undefined {
    return [...this.containers.values()].find((one) => one.name === name || one.id === name);
  }

  async call(call: EngineCall, signal: AbortSignal): Promise<EngineAnswer> {
    await this.#reach(signal);
    const decided = this.intervene(call);
    this.calls.push(call);
    if (decided === 'broken') throw new EngineGoneError('broken', 'ECONNRESET');
    if (decided instanceof EngineGoneError) throw decided;
    return structuredClone(decided ?? this.#answer(call));
  }

  async *stream(
    call: EngineCall,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#reach(signal);
    this.calls.push(call);
    const decided = this.intervene(call);
    if (decided === 'broken') throw new EngineGoneError('broken', 'ECONNRESET');
    if (decided instanceof EngineGoneError) throw decided;
    if (decided) {
      if (decided.status >= 400) throw toRefusal(decided);
      yield Buffer.from(typeof decided.body === 'string' ? decided.body : '');
      return;
    }
    call.onAccepted?.();
    if (call.path === '/events') yield* this.events.follow(signal);
    else if (call.path === '/images/create') yield* this.#pull(call);
  }

  async close(): Promise<void> {
    this.events.cut();
  }

  async #reach(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#link === 'down') throw this.#lostAs;
    if (this.#link === 'up') return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    await promise;
  }

  *#pull({ query = {} }: EngineCall): Generator<Uint8Array, void, undefined> {
    yield Buffer.from(`${JSON.stringify({ status: 'Pulling fs layer' })}\n`);
    if (this.pullError !== undefined) {
      yield Buffer.from(`${JSON.stringify({ error: this.pullError })}\n`);
      return;
    }
    this.addImage(query['fromImage'] ?? '');
    yield Buffer.from(`not json\n${JSON.stringify({ status: 'Download complete' })}\n`);
  }

  #answer(call: EngineCall): EngineAnswer {
    const { method, path } = call;
    const [, section = '', name = '', action = ''] = path.split('/').map(decodeURIComponent);
    if (path.startsWith('/v4.0.0/libpod/')) return this.#healthcheck(path);
    switch (section) {
      case '_ping':
        return { status: 200, body: undefined };
      case 'version':
        return ok({ Components: this.#dialect === 'podman' ? [{ Name: 'Podman Engine' }] : [] });
      case 'images':
        return this.#image(path);
      case 'containers':
        return this.#container(call, name, action);
      case 'networks':
        return this.#network(call, name, action);
      case 'volumes':
        return this.#volume(call, name);
      case 'exec':
        return ok({ ExitCode: this.hookCode });
      default:
        return refused(404, `${method} ${path}`);
    }
  }

  #image(path: string): EngineAnswer {
    const name = path
      .slice('/images/'.length, -'/json'.length)
      .split('/')
      .map(decodeURIComponent)
      .join('/');
    const image = this.images.get(name);
    return image ? ok(image) : refused(404, `no such image: ${name}`);
  }

  #healthcheck(path: string): EngineAnswer {
    const container = this.named(path.split('/').at(-2) ?? '');
    if (container?.health === 'starting') container.health = container.checkEndsAs;
    return ok({});
  }

  #container(call: EngineCall, name: string, action: string): EngineAnswer {
    const { method } = call;
    if (name === 'json') return ok([...this.containers.values()].map(listFake));
    if (name === 'create') return this.#create(call);
    const container = this.named(name);
    if (!container) return refused(404, 'no such container');
    if (method === 'DELETE') {
      this.containers.delete(container.id);
      this.#tell(container, 'remove');
      return { status: 204, body: undefined };
    }
    return this.#act(container, action, call);
  }

  #act(container: FakeContainer, action: string, { query = {}, body }: EngineCall): EngineAnswer {
    switch (action) {
      case 'json':
        return ok(inspectFake(container));
      case 'archive':
        container.archives.push(body instanceof Uint8Array ? body : new Uint8Array());
        return ok({});
      case 'start':
        return this.#start(container);
      case 'stop':
        if (container.state !== 'running') return { status: 304, body: undefined };
        Object.assign(container, { state: 'exited', exitCode: 143 });
        this.#tell(container, 'die');
        return { status: 204, body: undefined };
      case 'rename':
        return this.#rename(container, query['name'] ?? '');
      case 'exec':
        container.hooks.push(readObject(body));
        return { status: 201, body: { Id: 'exec-1' } };
      default:
        return refused(404, 'Not Found');
    }
  }

  #rename(container: FakeContainer, name: string): EngineAnswer {
    if (this.named(name)) return this.#nameTaken(name);
    container.name = name;
    this.#tell(container, 'rename');
    return { status: 204, body: undefined };
  }

  /** Docker: 409. Podman: 500. */
  #nameTaken(name: string): EngineAnswer {
    const message = `the container name "${name}" is already in use by 1234`;
    return refused(this.#dialect === 'docker' ? 409 : 500, message);
  }

  #create({ query = {}, body }: EngineCall): EngineAnswer {
    const name = query['name'] ?? '';
    if (this.named(name)) return this.#nameTaken(name);
    const asked = readObject(body === undefined || body instanceof Uint8Array ? {} : body);
    const image = this.images.get(readText(asked, 'Image') ?? '');
    if (!image) return refused(404, 'no such image: image not known');
    this.#serial += 1;
    const id = hash('sha256', `${name} ${this.#serial}`);
    const endpoints = readObject(readObject(asked['NetworkingConfig'])['EndpointsConfig']);
    const container: FakeContainer = {
      id,
      name,
      asked,
      image,
      state: 'created',
      exitCode: 0,
      restartCount: 0,
      startedAt: '0001-01-01T00:00:00Z',
      health: asked['Healthcheck'] === undefined || isNone(asked) ? 'none' : 'starting',
      checkEndsAs: 'healthy',
      networks: new Map(Object.entries(endpoints).map(([key, one]) => [key, readObject(one)])),
      memory: Number(readObject(asked['HostConfig'])['Memory'] ?? 0),
      archives: [],
      hooks: [],
    };
    this.containers.set(id, container);
    this.#tell(container, 'create');
    return { status: 201, body: { Id: id, Warnings: [] } };
  }

  #start(container: FakeContainer): EngineAnswer {
    if (container.state === 'running') return { status: 304, body: undefined };
    const port = this.#takenPort(container);
    if (port) return refused(500, `cannot listen on the TCP port: bind: address already in use`);
    const startedAt = new Date(this.#now()).toISOString();
    Object.assign(container, { state: 'running', exitCode: 0, startedAt }, this.behave(container));
    this.#tell(container, 'start');
    return { status: 204, body: undefined };
  }

  #takenPort(container: FakeContainer): string | undefined {
    const mine = portsOf(container);
    const others = [...this.containers.values()].filter(
      (one) => one !== container && one.state === 'running',
    );
    return others.flatMap(portsOf).find((port) => mine.includes(port));
  }

  #network({ method, body }: EngineCall, name: string, action: string): EngineAnswer {
    const asked = readObject(body === undefined || body instanceof Uint8Array ? {} : body);
    if (name === '') return ok([...this.networks.values()]);
    if (name === 'create') return this.#makeNetwork(asked);
    if (!this.networks.has(name)) return refused(404, 'network not found');
    if (method === 'DELETE') return this.#dropNetwork(name);
    const container = this.named(readText(asked, 'Container') ?? '');
    if (action === 'connect') container?.networks.set(name, readObject(asked['EndpointConfig']));
    if (action === 'disconnect') container?.networks.delete(name);
    return ok(this.networks.get(name) ?? {});
  }

  #makeNetwork(asked: JsonObject): EngineAnswer {
    const own = readText(asked, 'Name') ?? '';
    if (this.networks.has(own)) return refused(500, 'network already exists');
    this.#serial += 1;
    this.networks.set(own, { ...asked, Id: hash('sha256', `${own} ${this.#serial}`) });
    return { status: 201, body: { Id: own, Warning: '' } };
  }

  #dropNetwork(name: string): EngineAnswer {
    const isUsed = [...this.containers.values()].some((one) => one.networks.has(name));
    if (isUsed) return refused(500, 'network is being used');
    this.networks.delete(name);
    return { status: 204, body: undefined };
  }

  #volume({ method, body }: EngineCall, name: string): EngineAnswer {
    if (name === '') return ok({ Volumes: [...this.volumes.values()], Warnings: [] });
    if (name === 'create') {
      const asked = readObject(body === undefined || body instanceof Uint8Array ? {} : body);
      const own = readText(asked, 'Name') ?? '';
      const volume = this.volumes.get(own) ?? { ...asked, CreatedAt: '2026-01-01T00:00:00Z' };
      this.volumes.set(own, volume);
      return { status: 201, body: volume };
    }
    if (!this.volumes.has(name)) return refused(404, 'no such volume');
    if (method === 'DELETE') this.volumes.delete(name);
    return method === 'DELETE'
      ? { status: 204, body: undefined }
      : ok(this.volumes.get(name) ?? {});
  }

  #tell({ id, name, asked }: FakeContainer, action: string): void {
    const attributes = {
      ...readObject(asked['Labels']),
      name,
      image: readText(asked, 'Image') ?? '',
    };
    this.events.push({
      Type: 'container',
      Action: action,
      Actor: { ID: id, Attributes: attributes },
    });
  }
}

function isNone(asked: JsonObject): boolean {
  const test = readObject(asked['Healthcheck'])['Test'];
  return isJsonList(test) && test[0] === 'NONE';
}

function portsOf({ asked }: FakeContainer): readonly string[] {
  const bindings = Object.values(readObject(readObject(asked['HostConfig'])['PortBindings']));
  return bindings
    .flatMap((list) => (isJsonList(list) ? list : []))
    .flatMap((one) => readText(one, 'HostPort') ?? [])
    .filter((port) => port !== '');
}

function ok(body: Json): EngineAnswer {
  return { status: 200, body };
}

function refused(status: number, message: string): EngineAnswer {
  return { status, body: { cause: message, message, response: status } };
}
