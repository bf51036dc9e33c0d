/**
 * Images copied from one real registry to another, beside `crane copy`, in turns, into repositories that
 * are new each time. By https, as registries are reached, and large ones by plain http too.
 */
import { hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

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
}

const images: readonly Image[] = [
  { what: '60 layers of 32 KiB', layers: layersOf(60, 32 * 1024) },
  { what: '12 layers of 8 MiB', layers: layersOf(12, 8 * mebibyte) },
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
  const name = way === 'https' ? 'localhost' : '127.0.0.1';
  const authority = join(context.folder, 'authority.pem');
  await writeFile(authority, testAuthority);
  for (const [index, image] of comparison.images.entries()) {
    const place = { host: `${name}:${source.port}`, repository: `image-${index}` };
    const digest = await pushImage(client, place, image);
    const from = `${place.host}/${place.repository}@${digest}`;
    const to = (side: string, round: number) =>
      `${name}:${target.port}/${side}-${index}-${round}:copy`;
    const sides = {
      ours: (round: number) => copyOurs([from, to('ours', round)]),
      crane: (round: number) => copyByCrane(comparison, authority, [from, to('crane', round)]),
    };
    report(comparison, image, await inTurns(context.rounds, sides));
  }
}

/** Of one copy; times in milliseconds. */
interface Copied {
  readonly took: number;
  readonly whole: number;
  readonly processor: number;
  readonly mebibytes: number;
}

type Copies = Readonly<Record<'ours' | 'crane', readonly Copied[]>>;

async function inTurns(
  rounds: number,
  sides: Readonly<Record<'ours' | 'crane', (round: number) => Promise<Copied>>>,
): Promise<Copies> {
  const copies: Record<'ours' | 'crane', Copied[]> = { ours: [], crane: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['ours', 'crane'] as const) : (['crane', 'ours'] as const);
    for (const side of order) copies[side].push(await sides[side](round));
  }
  return copies;
}

function report({ context, way }: Comparison, { what }: Image, copies: Copies): void {
  const sampleOf = (side: keyof Copies, figure: keyof Copied): Sample =>
    toSample(copies[side].map((copied) => copied[figure]));
  const rivalOf = (figure: keyof Copied) => ({
    name: 'crane',
    sample: sampleOf('crane', figure),
  });
  const row = (
    title: string,
    figure: keyof Copied,
    unit: 'ms' | 'MiB',
    bound: number | undefined,
  ) =>
    context.report({
      what: `${what}, ${way}${title}`,
      unit,
      ours: sampleOf('ours', figure),
      rival: rivalOf(figure),
      target: bound === undefined ? { kind: 'none' } : { kind: 'times-slower', bound },
    });
  row('', 'took', 'ms', 1.05);
  row(', whole process', 'whole', 'ms', undefined);
  row(', processor', 'processor', 'ms', undefined);
  row(', memory', 'mebibytes', 'MiB', undefined);
}

async function copyOurs(words: readonly string[]): Promise<Copied> {
  const driver = join(import.meta.dirname, '../drivers/copy-image.ts');
  const { output, ...measured } = await measureProgram({
    command: process.execPath,
    args: [driver, ...words],
  });
  const answer: unknown = JSON.parse(output);
  const took = typeof answer === 'object' && answer && 'took' in answer ? Number(answer.took) : 0;
  return { ...measured, took };
}

async function copyByCrane(
  { crane, way }: Comparison,
  authority: string,
  words: readonly string[],
): Promise<Copied> {
  const insecure = way === 'http' ? ['--insecure'] : [];
  const { output: _, ...measured } = await measureProgram({
    command: 'env',
    args: [`SSL_CERT_FILE=${authority}`, crane, 'copy', ...insecure, ...words],
  });
  return { ...measured, took: measured.whole };
}

async function findCrane(): Promise<string> {
  const testBed = join(import.meta.dirname, '../../tools/testbed/provision');
  const folder = (await readProgram({ command: testBed, args: ['--bin'] })).trim();
  const crane = join(folder, 'crane');
  if (existsSync(crane) && registryProgram !== undefined) return crane;
  throw new MissingPart(`${crane} is not there; tools/testbed/provision oci builds it`);
}

async function pushImage(client: RegistryClient, place: Place, image: Image): Promise<string> {
  const config = await pushBlob(client, place, Buffer.from('{}'));
  const layers: Descriptor[] = [];
  for (const size of image.layers) layers.push(await pushBlob(client, place, randomBytes(size)));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  const { signal } = new AbortController();
  return await client.pushManifest(place, { bytes, mediaType }, signal);
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
