/** The same over HTTP: two registries in memory, which ask for logins of their own. */
import { createOutbound } from '@trueup/outbound';
import { createMemoryFiles, type ProviderFixture } from '@trueup/provider-sdk/testing';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
} from '@trueup/registries/testing';

import { createOciProvider } from '../oci-provider.ts';
import {
  login,
  partsOf,
  readSourceCredentials,
  sampleFiles,
  sampleStack,
  sampleTarget,
  sourceLogin,
} from './sample-stack.ts';

export interface LoopbackFixture extends ProviderFixture {
  readonly registry: LoopbackRegistry;
  readonly source: LoopbackRegistry;
}

export async function openLoopbackFixture(): Promise<LoopbackFixture> {
  await using opened = new AsyncDisposableStack();
  const parts = {
    registry: await startLoopbackRegistry({ login }),
    source: await startLoopbackRegistry({ login: sourceLogin }),
    outbound: createOutbound({ addresses: { allowLoopback: true }, wait: async () => undefined }),
  };
  for (const part of Object.values(parts)) opened.use(part);
  const { registry, source } = parts;
  const digest = storeArtifact(source.repository('acme/web'), undefined, ['web', 'layer']);
  storeArtifact(source.repository('acme/api'), '1.4', ['api']);
  const open = () =>
    createOciProvider({
      outbound: async () => parts.outbound,
      allowHttp: () => true,
      readCredentials: readSourceCredentials,
    });
  const kept = opened.move();
  let disturbances = 0;
  return {
    registry,
    source,
    provider: open(),
    restart: open,
    target: sampleTarget(registry.host),
    stack: sampleStack(source.host),
    files: createMemoryFiles(sampleFiles({ sourceHost: source.host, digest })),
    secret: login.password,
    countWrites: () => registry.writes,
    async disturb(id) {
      disturbances += 1;
      const [repository, tag] = partsOf(id);
      storeArtifact(registry.repository(repository), tag, [`other ${disturbances}`]);
    },
    async refuse(id) {
      const [repository, tag] = partsOf(id);
      registry.fail(new RegExp(`^PUT /v2/${repository}/manifests/${tag}`), 403);
    },
    freeze: async () => registry.freeze(),
    async unplug() {
      await registry[Symbol.asyncDispose]();
    },
    close: () => kept.disposeAsync(),
  };
}
