/**
 * Images copied from one real registry to another, beside `crane copy`, in turns, into repositories that
 * are new each time. By https, as registries are reached, and large ones by plain http too. Twice on our side: by
 * a process that has copied before, as the server is, and by a new one, as `crane` is.
 */
import { spawn } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { createOutbound } from '@trueup/outbound';
import { testAuthority, testCertificate, testKey } from '@trueup/outbound/testing';
import {
  createRegistryClient,
  type Descriptor,
  type Place,
  type RegistryClient,
} from '@trueup/registries';
import { type RealRegistry, registryProgram, startRealRegistry } from '@trueup/registries/testing';

import { measureProgram } from '../measure-program.ts';
import { readProgram } from '../run-program.ts';
import { type Sample, toSample } from '../sample.ts';
import { MissingPart, type Suite, type SuiteContext } from '../suite.ts';

const mebibyte = 1024 * 1024;

interface Image {
  readonly what: string;
  /** Of its layers, in bytes. They cannot be compressed. */
  readonly layers: readonly number[];
  /** Several are an index of as many images, each with layers of its own. */
  readonly platforms?: number;
  /** The repository has all of it already, and only lacks the tag. */
  readonly isThere?: boolean;
}

const images: readonly Image[] = [
  { what: '60 layers of 32 KiB', layers: layersOf(60, 32 * 1024) },
  { what: '60 layers that are there', layers: layersOf(60, 32 * 1024), isThere: true },
  { what: '6 platforms of 4 layers of 1 MiB', layers: layersOf(4, mebibyte), platforms: 6 },
  { what: '12 layers of 8 MiB', layers: layersOf(12, 8 * mebibyte) },
  { what: '1 layer of 200 MiB', layers: layersOf(1, 200 * mebibyte) },
  { what: '4 layers of 128 MiB', layers: layersOf(4, 128 * mebibyte) },
];

export const oci: Suite = {
  name: 'oci',
  async run(context) {
    const crane = await findCrane();
    const tls = { certificate: testCertificate, key: testKey };
    await compare({ context, crane, way: 'https', images }, () => startRealRegistry({ tls }));
    const large = images.slice(-1);
    await compare({ context, crane, way: 'http', images: large }, () => startRealRegistry());
  },
};

interface Comparison {
  readonly context: SuiteContext;
  readonly crane: string;
  readonly way: 'https' | 'http';
  readonly images: readonly Image[];
}

async function compare(comparison: Comparison, start: () => Promise<RealRegistry>): Promise<void> {
  const { context, way } = comparison;
  await using source = await start();
  await using target = await start();
  await using outbound = createOutbound({
    addresses: { allowLoopback: true },
    certificates: [testAuthority],
  });
  const client = createRegistryClient({ outbound, allowHttp: () => way === 'http' });
  await using server = startServer();
  const name = way === 'https' ? 'localhost' : '127.0.0.1';
  const authority = join(context.folder, 'authority.pem');
  await writeFile(authority, testAuthority);
  for (const [index, image] of comparison.images.entries()) {
    const place = { host: `${name}:${source.port}`, repository: `image-${index}` };
    const digest = await pushImage(client, place, image);
    const from = `${place.host}/${place.repository}@${digest}`;
    const to = (side: string, round: number) =>
      image.isThere
        ? `${name}:${target.port}/there-${index}:${side}-${round}`
        : `${name}:${target.port}/${side}-${index}-${round}:copy`;
    // What a server has compiled and connected, and what is to be there.
    await server.copy([from, to('first', 0)]);
    const sides = {
      server: (round: number) => server.copy([from, to('server', round)]),
      process: (round: number) => copyByProcess(context, [from, to('process', round)]),
      crane: (round: number) => copyByCrane(comparison, authority, [from, to('crane', round)]),
    };
    report(comparison, image, await inTurns(context.rounds, sides));
  }
}

/** Of one copy; times in milliseconds. */
interface Copied {
  readonly took: number;
  readonly processor: number;
  /** Of a process that does nothing else. */
  readonly mebibytes?: number;
}

type Side = 'server' | 'process' | 'crane';
type Copies = Readonly<Record<Side, readonly Copied[]>>;

async function inTurns(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<Copied>>>,
): Promise<Copies> {
  const copies: Record<Side, Copied[]> = { server: [], process: [], crane: [] };
  const order: readonly Side[] = ['server', 'crane', 'process'];
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? order : order.toReversed()) {
      copies[side].push(await sides[side](round));
    }
  }
  return copies;
}

function report({ context, way }: Comparison, { what }: Image, copies: Copies): void {
  const sampleOf = (side: Side, figure: keyof Copied): Sample =>
    toSample(copies[side].map((copied) => copied[figure] ?? 0));
  const row = (title: string, side: Side, figure: keyof Copied) =>
    context.report({
      what: `${what}, ${way}${title}`,
      unit: figure === 'mebibytes' ? 'MiB' : 'ms',
      ours: sampleOf(side, figure),
      rival: { name: 'crane', sample: sampleOf('crane', figure) },
      target: title === '' ? { kind: 'times-slower', bound: 1 } : { kind: 'none' },
    });
  row('', 'server', 'took');
  row(', processor', 'server', 'processor');
  row(', whole process', 'process', 'took');
  row(', processor of it', 'process', 'processor');
  row(', memory of it', 'process', 'mebibytes');
}

const driver = join(import.meta.dirname, '../drivers/copy-image.ts');

interface CopyingServer extends AsyncDisposable {
  copy(words: readonly string[]): Promise<Copied>;
}

function startServer(): CopyingServer {
  const child = spawn(process.execPath, [driver], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async copy(words) {
      child.stdin.write(`${words.join(' ')}\n`);
      const { value } = await answers.next();
      return readCopied(value);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Its modules are compiled once and kept, as those of an installed one are. */
async function copyByProcess(context: SuiteContext, words: readonly string[]): Promise<Copied> {
  const cache = `NODE_COMPILE_CACHE=${join(context.folder, 'compiled')}`;
  const args = [cache, process.execPath, driver, ...words];
  const { whole, processor, mebibytes } = await measureProgram({ command: 'env', args });
  return { took: whole, processor, mebibytes };
}

function readCopied(line: string | undefined): Copied {
  const answer: unknown = JSON.parse(line ?? '{}');
  const isAnswer =
    typeof answer === 'object' && answer && 'took' in answer && 'processor' in answer;
  if (!isAnswer) throw new Error('The driver has ended.');
  return { took: Number(answer.took), processor: Number(answer.processor) };
}

async function copyByCrane(
  { crane, way }: Comparison,
  authority: string,
  words: readonly string[],
): Promise<Copied> {
  const insecure = way === 'http' ? ['--insecure'] : [];
  const { whole, processor, mebibytes } = await measureProgram({
    command: 'env',
    args: [`SSL_CERT_FILE=${authority}`, crane, 'copy', ...insecure, ...words],
  });
  return { took: whole, processor, mebibytes };
}

async function findCrane(): Promise<string> {
  const testBed = join(import.meta.dirname, '../../tools/testbed/provision');
  const folder = (await readProgram({ command: testBed, args: ['--bin'] })).trim();
  const crane = join(folder, 'crane');
  if (existsSync(crane) && registryProgram !== undefined) return crane;
  throw new MissingPart(`${crane} is not there; tools/testbed/provision oci builds it`);
}

async function pushImage(client: RegistryClient, place: Place, image: Image): Promise<string> {
  const { platforms = 1 } = image;
  const manifests: Descriptor[] = [];
  for (let left = platforms; left > 0; left -= 1) {
    manifests.push(await pushPlatform(client, place, image));
  }
  const [only] = manifests;
  if (only && platforms === 1) return only.digest;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  const { signal } = new AbortController();
  return await client.pushManifest(place, { bytes, mediaType }, signal);
}

async function pushPlatform(
  client: RegistryClient,
  place: Place,
  image: Image,
): Promise<Descriptor> {
  const config = await pushBlob(client, place, Buffer.from('{}'));
  const layers: Descriptor[] = [];
  for (const size of image.layers) layers.push(await pushBlob(client, place, randomBytes(size)));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  const { signal } = new AbortController();
  const digest = await client.pushManifest(place, { bytes, mediaType }, signal);
  return { mediaType, digest, size: bytes.length };
}

async function pushBlob(
  client: RegistryClient,
  place: Place,
  bytes: Uint8Array,
): Promise<Descriptor> {
  const digest = `sha256:${hash('sha256', bytes)}`;
  const open = async function* () {
    yield bytes;
  };
  const { signal } = new AbortController();
  await client.pushBlob(place, { digest, size: bytes.length, open }, signal);
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: bytes.length };
}

function layersOf(count: number, size: number): readonly number[] {
  return Array.from({ length: count }, () => size);
}
