import { type ApiClient, apiPrefix, createApiClient, type RouteName, routes } from '@trueup/api';
import type { Session } from '@trueup/control-plane';
import { ControlPlaneBench, configuration, thing } from '@trueup/control-plane/testing';
import pino from 'pino';
import { Compile } from 'typebox/schema';
import type { ConnectionLimits } from '../http/connections/create-node-server.ts';
import type { TlsMaterial } from '../http/connections/read-tls.ts';
import { createHttpServer, type HttpServer } from '../http/create-http-server.ts';
import type { WebPages } from '../http/web/web-pages.ts';
import { listen } from '../listen.ts';
import { type Metrics, openMetrics } from '../metrics/metrics.ts';
import type { TestCertificate } from './test-certificates.ts';

type Role = Parameters<ControlPlaneBench['as']>[0];

export interface ServerBenchOptions {
  readonly failuresPerMinute?: number;
  /** Of the built-in forge. There is none if absent. */
  readonly hostingFolder?: string;
  readonly publicUrl?: string;
  readonly pages?: WebPages;
  readonly heartbeatMs?: number;
  readonly limits?: ConnectionLimits;
  readonly tls?: TestCertificate;
}

export interface RequestInput {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

interface Running {
  readonly server: HttpServer;
  readonly metrics: Metrics;
  readonly baseUrl: string;
}

/** A whole server in memory but for its socket: one repository `infra`, members of every role. */
export class ServerBench implements AsyncDisposable {
  readonly bench: ControlPlaneBench;
  readonly logged: string[] = [];
  readonly #options: ServerBenchOptions;
  readonly #tokens = new Map<string, string>();
  #running: Running | undefined;

  constructor(bench: ControlPlaneBench, options: ServerBenchOptions) {
    this.bench = bench;
    this.#options = options;
  }

  static async open(options: ServerBenchOptions = {}): Promise<ServerBench> {
    const { hostingFolder } = options;
    const bench = await ControlPlaneBench.open(hostingFolder ? { hostingFolder } : {});
    const server = new ServerBench(bench, options);
    await server.#start(0);
    return server;
  }

  get baseUrl(): string {
    return this.#run.baseUrl;
  }

  get openStreams(): number {
    return this.#run.server.openStreams;
  }

  renewCertificate(certificate: TestCertificate): void {
    this.#run.server.renewCertificate(toMaterial(certificate));
  }

  /** Stops as a server does, and starts at the same address. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.baseUrl).port);
    await this.#stop();
    await this.bench.restart();
    await this.#start(port);
  }

  async #start(port: number): Promise<void> {
    const {
      failuresPerMinute = 100_000,
      heartbeatMs = 60_000,
      limits,
      tls,
      publicUrl,
      pages,
    } = this.#options;
    const { plane } = this.bench;
    const metrics = openMetrics(plane);
    const server = await createHttpServer({
      plane,
      logger: pino({ level: 'debug' }, { write: (line) => this.logged.push(line) }),
      metrics,
      trustProxy: false,
      failuresPerMinute,
      pace: { heartbeatMs, patienceMs: 1000 },
      ...(publicUrl !== undefined && { publicUrl }),
      ...(pages && { pages }),
      ...(limits && { limits }),
      ...(tls && { tls: toMaterial(tls) }),
    });
    const baseUrl = await listen(server, { host: '127.0.0.1', port });
    this.#running = { server, metrics, baseUrl };
  }

  async #stop(): Promise<void> {
    await this.#running?.server.close();
    this.#running?.metrics.close();
    this.#running = undefined;
  }

  get #run(): Running {
    if (!this.#running) throw new Error('The server is not started.');
    return this.#running;
  }

  /** `shop` of `infra` with one thing, brought to its target. */
  async deploy(): Promise<void> {
    await this.bench.push({
      'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
      'shop/web.json': thing('web'),
    });
    await this.bench.untilRun('shop', 'succeeded');
  }

  /** A merge request that touches no stack; answers with the id of its change set. */
  async proposeNothing(): Promise<string> {
    const [repository] = await this.bench.memory.repositories();
    const [head, base] = ['a'.repeat(40), 'b'.repeat(40)];
    const at = '2026-01-01T00:00:00Z';
    const set = {
      id: 'c1',
      repository: repository?.id ?? '',
      number: 1,
      head,
      base,
      author: '7',
      headSeenAt: at,
      createdAt: at,
      updatedAt: at,
      phase: { name: 'planned' },
      diagnostics: [],
      stacks: {},
    } as const;
    await this.bench.memory.commit([{ kind: 'change-set', set }]);
    return set.id;
  }

  /** The token of a member with this role, who is called so; of nobody's where it is `stranger`. */
  async tokenOf(role: Role | 'stranger', repository?: string): Promise<string> {
    const name = repository === undefined ? role : `${role}-of-${repository}`;
    const known = this.#tokens.get(name);
    if (known !== undefined) return known;
    if (name !== 'admin') await this.tokenOf('admin');
    const { admin } = this.bench;
    const grant = { role: role as Role, ...(repository !== undefined && { repository }) };
    await admin.putMember(name, { grants: role === 'stranger' ? [] : [grant] });
    const { token } = await admin.createToken(name, 'for tests');
    this.#tokens.set(name, token);
    return token;
  }

  async clientOf(role: Role | 'stranger', repository?: string): Promise<ApiClient> {
    return createApiClient({ baseUrl: this.baseUrl, token: await this.tokenOf(role, repository) });
  }

  /** One request to a route, whatever comes of it. An answer that the table does not allow throws. */
  async request(name: RouteName, input: RequestInput, token?: string): Promise<Response> {
    const route: { readonly method: string; readonly path: string } = routes[name];
    const params = new Map<string, unknown>(Object.entries(input.params ?? {}));
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_whole, key: string) =>
      encodeURIComponent(String(params.get(key))),
    );
    const query = new URLSearchParams(
      Object.entries(input.query ?? {}).map(([key, value]): [string, string] => [
        key,
        String(value),
      ]),
    );
    const response = await fetch(`${this.baseUrl}${apiPrefix}${path}?${query}`, {
      method: route.method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(input.body !== undefined && { 'content-type': 'application/json' }),
        ...input.headers,
      },
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      ...(input.signal && { signal: input.signal }),
    });
    await requireDescribed(name, response.clone());
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.bench[Symbol.asyncDispose]();
  }
}

function toMaterial({ cert, key }: TestCertificate): TlsMaterial {
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}

/** Every member of an actor's session, for tests that go over all of them. */
export function membersOf(session: Session): readonly string[] {
  return Object.keys(session);
}

/** What is answered is what the document says, no member more. */
async function requireDescribed(name: RouteName, response: Response): Promise<void> {
  const { response: schema } = routes[name] as { readonly response?: object };
  if (!response.ok || response.status === 304) return;
  if (!schema) return;
  const body: unknown = await response.json();
  const check = Compile(schema);
  if (check.Check(body)) return;
  const [, errors] = check.Errors(body);
  throw new Error(`${name} answers otherwise than described: ${JSON.stringify(errors)}`);
}
