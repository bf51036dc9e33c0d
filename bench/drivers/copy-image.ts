/**
 * Copies images from registry to registry, as `trueup apply` and the server do after they have planned: `copy-image.ts FROM TO`
 * copies one, `copy-image.ts` each that a line of its input names, as `host/repository@sha256:…` and
 * `host/repository:tag`. Prints for each how long that took without the look of the plan, and the processor time, in milliseconds.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';

import { createOutbound } from '@trueup/outbound';
import { testAuthority } from '@trueup/outbound/testing';
import { copyArtifact, createRegistryClient, parseArtifactReference } from '@trueup/registries';

const { signal } = new AbortController();
await using outbound = createOutbound({
  addresses: { allowLoopback: true },
  certificates: [testAuthority],
});
const client = createRegistryClient({ outbound, allowHttp: (host) => host.startsWith('127.') });

const words = process.argv.slice(2);
if (words.length > 0) await copy(words);
else for await (const line of createInterface(process.stdin)) await copy(line.split(' '));

async function copy(names: readonly string[]): Promise<void> {
  const [from, to] = names.map((text) => parseArtifactReference(text));
  if (from?.digest === undefined || to?.tag === undefined) throw new Error('FROM@digest TO:tag');
  const { digest } = from;
  await Promise.all([client.headManifest(from, signal), client.headManifest(to, signal)]);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const image = await copyArtifact(client, { from: { ...from, digest }, to }, signal);
  await client.pushManifest(to, image, signal);
  const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(used);
  process.stdout.write(`${JSON.stringify({ took, processor: (user + system) / 1000 })}\n`);
}
