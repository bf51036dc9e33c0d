/**
 * Copies one image from registry to registry, as `trueup apply` does after it has planned: `copy-image.ts FROM TO`,
 * as `host/repository@sha256:…` and `host/repository:tag`. Prints how long that took without the start of the
 * process and the look of the plan, in milliseconds, and the most memory that was used, in MiB.
 */
import process from 'node:process';

import { createOutbound } from '@trueup/outbound';
import { testAuthority } from '@trueup/outbound/testing';
import { copyArtifact, createRegistryClient, parseArtifactReference } from '@trueup/registries';

const [from, to] = process.argv.slice(2).map((text) => parseArtifactReference(text));
if (from?.digest === undefined || to?.tag === undefined) throw new Error('FROM@digest TO:tag');
const { digest } = from;
const { signal } = new AbortController();
await using outbound = createOutbound({
  addresses: { allowLoopback: true },
  certificates: [testAuthority],
});
const client = createRegistryClient({ outbound, allowHttp: (host) => host.startsWith('127.') });
await Promise.all([client.headManifest(from, signal), client.headManifest(to, signal)]);
const begun = performance.now();
const image = await copyArtifact(client, { from: { ...from, digest }, to }, signal);
await client.pushManifest(to, image, signal);
const took = performance.now() - begun;
process.stdout.write(JSON.stringify({ took, mebibytes: process.resourceUsage().maxRSS / 1024 }));
