/** The real registry, which stands for two: as `127.0.0.1` it is the target, as `localhost` the source. */
import { hash } from 'node:crypto';

import { createOutbound } from '@trueup/outbound';
import { createMemoryFiles, type ProviderFixture } from '@trueup/provider-sdk/testing';
import { createRegistryClient, type RegistryClient } from '@trueup/registries';
import { startRealRegistry } from '@trueup/registries/testing';

import { openOciClient } from '../client/open-oci-client.ts';
import type { OciClient } from '../oci-client.ts';
import { createProvider } from '../oci-provider.ts';
import { login, partsOf, sampleFiles, sampleStack } from './sample-stack.ts';

export interface RealFixtures extends AsyncDisposable {
  /** Each in a corner of its own, so that one registry serves them all. */
  open(): Promise<ProviderFixture>;
}

const signal: AbortSignal = new AbortController().signal;

export async function startRealFixtures(): Promise<RealFixtures> {
  await using opened = new AsyncDisposableStack();
  const parts = {
    registry: await startRealRegistry(),
    outbound: createOutbound({ addresses: { allowLoopback: true } }),
  };
  for (const part of Object.values(parts)) opened.use(part);
  const host = `127.0.0.1:${parts.registry.port}`;
  const sourceHost = `localhost:${parts.registry.port}`;
  const options = { outbound: async () => parts.outbound, allowHttp: () => true };
  const registry = createRegistryClient({ outbound: parts.outbound, allowHttp: () => true });
  const digest = await pushImage(registry, { host, repository: 'acme/web' }, 'web');
  await pushImage(registry, { host, repository: 'acme/api', tag: '1.4' }, 'api');
  const kept = opened.move();
  let count = 0;
  return {
    open: async () => {
      count += 1;
      const corner = `corner-${count}`;
      const writes = { count: 0 };
      const open = () => createProvider(countWrites(openOciClient(options), writes), noCredentials);
      let disturbances = 0;
      return {
        provider: open(),
        restart: open,
        target: { name: 'images', settings: { registry: `${host}/${corner}` } },
        stack: { ...sampleStack(sourceHost), settings: { deleteTags: true } },
        files: createMemoryFiles(sampleFiles({ sourceHost, digest })),
        secret: login.password,
        countWrites: () => writes.count,
        async disturb(id) {
          disturbances += 1;
          const [repository, tag] = partsOf(id);
          await pushImage(registry, { host, repository, tag }, `${corner} ${disturbances}`);
        },
        close: async () => undefined,
      };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function countWrites(client: OciClient, writes: { count: number }): OciClient {
  const counted =
    <Arguments extends readonly unknown[]>(write: (...given: Arguments) => Promise<void>) =>
    async (...given: Arguments) => {
      writes.count += 1;
      await write(...given);
    };
  return {
    head: (reference, asking) => client.head(reference, asking),
    resolve: (order, asking) => client.resolve(order, asking),
    isSigned: (reference, key, asking) => client.isSigned(reference, key, asking),
    copy: counted(client.copy),
    push: counted(client.push),
    sign: counted(client.sign),
    point: counted(client.point),
    remove: counted(client.remove),
  };
}

async function noCredentials(): Promise<never> {
  throw new Error('The registry is open to everybody.');
}

interface Place {
  readonly host: string;
  readonly repository: string;
  readonly tag?: string;
}

async function pushImage(client: RegistryClient, place: Place, text: string): Promise<string> {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = await pushBlob(client, place, '{}');
  const layers = [await pushBlob(client, place, text)];
  const content = { schemaVersion: 2, mediaType, config, layers };
  const bytes = Buffer.from(JSON.stringify(content));
  return await client.pushManifest(place, { bytes, mediaType }, signal);
}

async function pushBlob(client: RegistryClient, place: Place, text: string) {
  const bytes = Buffer.from(text);
  const digest = `sha256:${hash('sha256', bytes)}`;
  const open = async function* () {
    yield bytes;
  };
  await client.pushBlob(place, { digest, size: bytes.length, open }, signal);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  return { mediaType, digest, size: bytes.length };
}
