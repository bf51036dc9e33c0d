/** The real parts of examples/fleet: hosts by ssh, a container engine, a registry, OpenTofu, and a cluster. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env, getuid } from 'node:process';
import { text } from 'node:stream/consumers';

import type { ApiClient } from '@trueup/api';
import { type RealRegistry, registryProgram, startRealRegistry } from '@trueup/registries/testing';

const example = join(import.meta.dirname, '../../../examples/fleet');
const { KUBEBUILDER_ASSETS: tools, TRUEUP_ANSIBLE: ansible, TRUEUP_HOSTS: hosts } = env;
const engine = env['TRUEUP_ENGINE']?.replace(/^unix:\/\//, '');

/** Whether all of them are there. */
export const hasFleetParts: boolean =
  tools !== undefined &&
  existsSync(join(tools, 'tofu')) &&
  registryProgram !== undefined &&
  ansible !== undefined &&
  hosts !== undefined &&
  engine !== undefined;

export type FleetFiles = Readonly<Record<string, string>>;

/** What the example is brought to. */
export class FleetParts implements AsyncDisposable {
  readonly #registry: RealRegistry;
  readonly #states: string;
  /** In the place of `/etc` of a host, and new. */
  readonly #etc: string;
  readonly #port: number;
  /** Of compose: the engine is not ours alone. */
  get #project(): string {
    return `fleet-${this.#port}`;
  }

  /** Of the two versions of the web server. */
  readonly digests: readonly [string, string];

  constructor(parts: {
    readonly registry: RealRegistry;
    readonly states: string;
    readonly port: number;
    readonly digests: readonly [string, string];
  }) {
    this.#registry = parts.registry;
    this.#states = parts.states;
    this.#etc = mkdtempSync(join(knownHost().root, 'etc-'));
    this.#port = parts.port;
    this.digests = parts.digests;
  }

  /** Servers that are started from then on find the tools. */
  static async start(): Promise<FleetParts> {
    env['PATH'] = [tools, ansible, env['PATH']].join(delimiter);
    const states = mkdtempSync(join(tmpdir(), 'trueup-fleet-'));
    return await compose(await startRealRegistry(), states);
  }

  /** The example, with the addresses of these parts; at the first version. */
  files(context: string): FleetFiles {
    const user = getuid?.() === 0 ? 'root' : (env['USER'] ?? 'root');
    const registry = `127.0.0.1:${this.#registry.port}`;
    const filled = readFolder(example).map(([path, content]): readonly [string, string] => [
      path,
      content
        .replaceAll('127.0.0.1:5000', registry)
        .replaceAll(`sha256:${'1'.repeat(64)}`, this.digests[0])
        .replaceAll('127.0.0.1:8088', `127.0.0.1:${this.#port}`)
        .replace('name: fleet\nservices:', `name: ${this.#project}\nservices:`)
        // Podman without systemd runs no checks.
        .replace(/healthcheck: .*/, 'healthcheck: { disable: true }')
        .replace('/var/lib/trueup/states', this.#states)
        .replace('unix:///var/run/docker.sock', `unix://${engine}`)
        .replace('context: fleet', `context: ${context}`)
        .replace('/usr/bin/python3', knownHost().python)
        .replace(/user: (?:looker|deploy)/g, `user: ${user}`),
    ]);
    const { address, port } = knownHost();
    const machine = { address, port, etc: this.#etc };
    const machines = `${JSON.stringify({ machines: { 'web-1': machine } }, undefined, 2)}\n`;
    return {
      ...Object.fromEntries(filled),
      'cloud/network/machines.auto.tfvars.json': machines,
    };
  }

  /** What Ansible logs in with. */
  async giveSecrets(api: ApiClient): Promise<void> {
    const uses = [{ kind: 'target', repository: 'fleet', name: 'machines' }] as const;
    const put = (secret: string, file: string) =>
      api.putSecret({
        params: { secret },
        body: { value: readFileSync(join(hosts ?? '', file), 'utf8'), uses },
      });
    await put('machines-known-hosts', 'known_hosts');
    await put('machines-plan-key', 'key');
    await put('machines-apply-key', 'key');
  }

  /** What the host has below its `etc`. */
  fileOf(name: string): string {
    return readFileSync(join(this.#etc, name), 'utf8');
  }

  /** What a tag of the registry points at. */
  tag(name: string): Promise<string> {
    return digestOf(this.#registry, name);
  }

  /** What the container says of itself. */
  async page(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${this.#port}/`)).text();
  }

  /** Somebody stops what the stack runs on the engine. */
  async stopContainer(): Promise<void> {
    for (const id of await this.#containers()) {
      await askEngine('POST', `/containers/${id}/stop?t=0`);
    }
  }

  /** Ids of those of the project, whatever became of them. */
  async #containers(): Promise<readonly string[]> {
    const listed: readonly { readonly Id: string }[] = JSON.parse(
      await askEngine('GET', `/containers/json?all=1&filters=${this.#own()}`),
    );
    return listed.map(({ Id }) => Id);
  }

  #own(): string {
    const label = [`com.docker.compose.project=${this.#project}`];
    return encodeURIComponent(JSON.stringify({ label }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using ending = new AsyncDisposableStack();
    ending.use(this.#registry);
    ending.defer(() => rmSync(this.#etc, { recursive: true, force: true }));
    ending.defer(() => rmSync(this.#states, { recursive: true, force: true }));
    for (const id of await this.#containers()) {
      await askEngine('DELETE', `/containers/${id}?force=1`);
    }
    const networks: readonly { readonly Name: string }[] = JSON.parse(
      await askEngine('GET', `/networks?filters=${this.#own()}`),
    );
    for (const { Name } of networks) await askEngine('DELETE', `/networks/${Name}`);
  }
}

/** The images are there afterwards. */
async function compose(registry: RealRegistry, states: string): Promise<FleetParts> {
  const digests = [await pushImage(registry, '1'), await pushImage(registry, '2')] as const;
  return new FleetParts({ registry, states, port: await freePort(), digests });
}

interface KnownHost {
  readonly address: string;
  readonly port: number;
  readonly root: string;
  readonly python: string;
}

/** The first one: each task costs a second per host on a small machine. */
function knownHost(): KnownHost {
  const known: Readonly<Record<string, KnownHost>> = JSON.parse(
    readFileSync(join(hosts ?? '', 'hosts.json'), 'utf8'),
  );
  const [first] = Object.values(known);
  if (!first) throw new Error('TRUEUP_HOSTS has no host.');
  return first;
}

function readFolder(folder: string, prefix = ''): readonly (readonly [string, string])[] {
  return readdirSync(folder).flatMap((name) => {
    const place = join(folder, name);
    const path = `${prefix}${name}`;
    if (statSync(place).isDirectory()) return readFolder(place, `${path}/`);
    return [[path, readFileSync(place, 'utf8')] as const];
  });
}

/** By the engine, which has both versions. Answers with the digest. */
async function pushImage(registry: RealRegistry, version: string): Promise<string> {
  const name = `127.0.0.1:${registry.port}/shop/web`;
  const repo = encodeURIComponent(name);
  await askEngine(
    'POST',
    `/images/localhost/testbed/web:${version}/tag?repo=${repo}&tag=${version}`,
  );
  await askEngine('POST', `/images/${name}/push?tag=${version}`, { 'x-registry-auth': 'e30=' });
  return await digestOf(registry, version);
}

async function digestOf({ port }: RealRegistry, tag: string): Promise<string> {
  const types = ['oci.image.manifest.v1', 'oci.image.index.v1'].map(
    (one) => `application/vnd.${one}+json`,
  );
  const docker = 'application/vnd.docker.distribution.manifest.v2+json';
  const answer = await fetch(`http://127.0.0.1:${port}/v2/shop/web/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: [...types, docker].join(', ') },
  });
  return answer.headers.get('docker-content-digest') ?? '';
}

async function askEngine(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath: engine, method, path, headers }, (response) => {
      text(response).then((said) => {
        const isGood = (response.statusCode ?? 500) < 400;
        if (isGood) resolve(said);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${said}`));
      }, reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
