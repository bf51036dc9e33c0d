/** The calls that we make of an engine, and what we read of its answers. */
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
} from '@trueup/diagnostics';

import {
  type ContainersClient,
  type EngineAnswer,
  type EngineCall,
  EngineGoneError,
  EngineRefusalError,
} from '../containers-client.ts';
import { toRefusal } from './describe-refusal.ts';
import { readJsonLines } from './read-lines.ts';
import { type ArchiveFile, writeTar } from './write-tar.ts';

export class EngineApi {
  readonly client: ContainersClient;

  constructor(client: ContainersClient) {
    this.client = client;
  }

  /** A sign of life: the engine's own time in milliseconds, where it says that. */
  async ping(signal: AbortSignal): Promise<number | undefined> {
    return (await this.#send({ method: 'GET', path: '/_ping', unversioned: true }, signal)).at;
  }

  async isPodman(signal: AbortSignal): Promise<boolean> {
    const components = listOf(readObject(await this.#get('/version', {}, signal))['Components']);
    return components.some((one) => /podman/i.test(readText(one, 'Name') ?? ''));
  }

  /** All containers, stopped ones included, as lists show them. */
  async list(signal: AbortSignal): Promise<readonly JsonObject[]> {
    return wholeList(await this.#get('/containers/json', { all: '1' }, signal));
  }

  /** `undefined` when there is none. */
  inspect(container: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    return this.#find(`/containers/${encodeURIComponent(container)}/json`, signal);
  }

  image(name: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    // Slashes are part of the path here.
    const path = name.split('/').map(encodeURIComponent).join('/');
    return this.#find(`/images/${path}/json`, signal);
  }

  network(name: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    return this.#find(`/networks/${encodeURIComponent(name)}`, signal);
  }

  volume(name: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    return this.#find(`/volumes/${encodeURIComponent(name)}`, signal);
  }

  async networks(signal: AbortSignal): Promise<readonly JsonObject[]> {
    return wholeList(await this.#get('/networks', {}, signal));
  }

  async volumes(signal: AbortSignal): Promise<readonly JsonObject[]> {
    const { Volumes: volumes = null } = wholeObject(await this.#get('/volumes', {}, signal));
    return wholeList(volumes);
  }

  /** Its id. */
  async create(name: string, body: JsonObject, signal: AbortSignal): Promise<string> {
    const answer = await this.#send(
      { method: 'POST', path: '/containers/create', query: { name }, body, timeoutMs: 60_000 },
      signal,
    );
    return readText(answer.body, 'Id') ?? name;
  }

  async putFiles(
    container: string,
    files: readonly ArchiveFile[],
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/containers/${encodeURIComponent(container)}/archive`;
    await this.#send({ method: 'PUT', path, query: { path: '/' }, body: writeTar(files) }, signal);
  }

  /** One that runs already is no failure. */
  async start(container: string, signal: AbortSignal): Promise<void> {
    await this.#act(container, { action: 'start' }, signal);
  }

  /** Waits for it to end, for so long; then it is killed. One that is stopped is no failure. */
  async stop(container: string, graceMs: number, signal: AbortSignal): Promise<void> {
    const query = { t: String(Math.ceil(graceMs / 1000)) };
    await this.#act(container, { action: 'stop', query, timeoutMs: graceMs + 30_000 }, signal);
  }

  async rename(container: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#act(container, { action: 'rename', query: { name } }, signal);
  }

  /** Also one that runs; its anonymous volumes stay. One that is gone is no failure. */
  async remove(container: string, signal: AbortSignal): Promise<void> {
    const path = `/containers/${encodeURIComponent(container)}`;
    await this.#drop(
      { method: 'DELETE', path, query: { force: '1', v: '0' }, timeoutMs: 60_000 },
      signal,
    );
  }

  async createNetwork(body: JsonObject, signal: AbortSignal): Promise<void> {
    await this.#send({ method: 'POST', path: '/networks/create', body }, signal);
  }

  async removeNetwork(name: string, signal: AbortSignal): Promise<void> {
    await this.#drop({ method: 'DELETE', path: `/networks/${encodeURIComponent(name)}` }, signal);
  }

  async connect(
    network: string,
    { container, endpoint }: { readonly container: string; readonly endpoint: JsonObject },
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`;
    const body = { Container: container, EndpointConfig: endpoint };
    await this.#send({ method: 'POST', path, body }, signal);
  }

  async disconnect(network: string, container: string, signal: AbortSignal): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/disconnect`;
    await this.#send({ method: 'POST', path, body: { Container: container, Force: true } }, signal);
  }

  /** What the engine has now: one of the same name stays as it was, labels included. */
  async createVolume(body: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const { body: made } = await this.#send(
      { method: 'POST', path: '/volumes/create', body },
      signal,
    );
    return readObject(made);
  }

  async removeVolume(name: string, signal: AbortSignal): Promise<void> {
    await this.#drop({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` }, signal);
  }

  /**
   * Fetches an image. The answer is 200 whatever happens: what failed stands in a line of the stream.
   * `login` is what the registry gets, as the engine takes it.
   */
  async pull(
    image: string,
    { login, onProgress }: { readonly login?: string; readonly onProgress: (step: string) => void },
    signal: AbortSignal,
  ): Promise<PullEnd> {
    const headers = login === undefined ? {} : { 'x-registry-auth': login };
    const query = { fromImage: image };
    const call: EngineCall = {
      method: 'POST',
      path: '/images/create',
      query,
      headers,
      timeoutMs: 120_000,
    };
    for await (const line of readJsonLines(this.client.stream(call, signal))) {
      const error = readText(line, 'error');
      if (error !== undefined) return judgePull(error);
      const status = readText(line, 'status');
      if (status !== undefined && /^[A-Za-z ]{3,40}$/.test(status)) onProgress(status);
    }
    return 'pulled';
  }

  /** How a command within a container ended. */
  async execute(
    container: string,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    const made = await this.#send({ method: 'POST', path, body }, signal);
    const id = encodeURIComponent(readText(made.body, 'Id') ?? '');
    const start: EngineCall = {
      method: 'POST',
      path: `/exec/${id}/start`,
      body: { Detach: false, Tty: false },
    };
    for await (const _piece of this.client.stream(start, signal));
    const { ExitCode: code } = readObject(await this.#get(`/exec/${id}/json`, {}, signal));
    return typeof code === 'number' ? code : undefined;
  }

  /** Podman has no timer of its own where there is no systemd: somebody has to run the check. */
  async runPodmanHealthcheck(container: string, signal: AbortSignal): Promise<void> {
    const path = `/v4.0.0/libpod/containers/${encodeURIComponent(container)}/healthcheck`;
    await this.client.call({ method: 'GET', path, unversioned: true }, signal);
  }

  /** Frames, or plain bytes where it has a terminal; see `readLogLines`. */
  logs(
    container: string,
    { tailLines, follow }: { readonly tailLines: number; readonly follow: boolean },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    const path = `/containers/${encodeURIComponent(container)}/logs`;
    const query = { stdout: '1', stderr: '1', tail: String(tailLines), follow: follow ? '1' : '0' };
    return this.client.stream({ method: 'GET', path, query }, signal);
  }

  /** What has happened from `since` on, in seconds by the engine's clock, and what happens. */
  async *events(
    { since, onAccepted, onUnreadable }: EventsRequest,
    signal: AbortSignal,
  ): AsyncGenerator<JsonObject, void, undefined> {
    const query = { since: String(since) };
    const call = {
      method: 'GET',
      path: '/events',
      query,
      ...(onAccepted && { onAccepted }),
    } as const;
    yield* readJsonLines(this.client.stream(call, signal), onUnreadable);
  }

  async #act(
    container: string,
    { action, query = {}, timeoutMs = 60_000 }: Act,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/containers/${encodeURIComponent(container)}/${action}`;
    const answer = await this.client.call({ method: 'POST', path, query, timeoutMs }, signal);
    if (answer.status >= 400) throw toRefusal(answer);
  }

  async #get(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Json | undefined> {
    return (await this.#send({ method: 'GET', path, query }, signal)).body;
  }

  async #find(path: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const answer = await this.client.call({ method: 'GET', path }, signal);
    if (answer.status === 404) return undefined;
    return wholeObject(accept(answer).body);
  }

  async #drop(call: EngineCall, signal: AbortSignal): Promise<void> {
    const answer = await this.client.call(call, signal);
    if (answer.status !== 404) accept(answer);
  }

  async #send(call: EngineCall, signal: AbortSignal): Promise<EngineAnswer> {
    return accept(await this.client.call(call, signal));
  }
}

export interface EventsRequest {
  readonly since: number;
  /** Told once the engine has accepted the stream. */
  readonly onAccepted?: () => void;
  /** Told of each line that holds no event. */
  readonly onUnreadable?: () => void;
}

interface Act {
  readonly action: 'start' | 'stop' | 'rename';
  readonly query?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

function accept(answer: EngineAnswer): EngineAnswer {
  if (answer.status >= 400) throw toRefusal(answer);
  return answer;
}

export type PullEnd = 'pulled' | 'denied' | 'missing' | 'disk-full' | 'failed';

function judgePull(error: string): PullEnd {
  if (/no space left on device|disk quota exceeded/i.test(error)) return 'disk-full';
  if (/unauthorized|denied|authentication required|forbidden/i.test(error)) return 'denied';
  return /manifest unknown|not found|no such image/i.test(error) ? 'missing' : 'failed';
}

/** What cannot be read must not be taken for nothing: a plan would make all of it anew. */
function wholeList(value: Json | undefined): readonly JsonObject[] {
  if (value === null) return [];
  if (!isJsonList(value)) throw new EngineGoneError('broken', 'EUNREADABLE');
  return listOf(value);
}

function wholeObject(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new EngineGoneError('broken', 'EUNREADABLE');
  return value;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter(isJsonObject) : [];
}

export function isMissing(error: unknown): boolean {
  return error instanceof EngineRefusalError && error.status === 404;
}
