import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';
import { ThingCloud } from './thing-cloud.ts';
import type { ThingFile } from './thing-prepare.ts';
import { createThingProvider } from './thing-provider.ts';

export const thingAbilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: true,
  leases: true,
  foreign: true,
  deletes: true,
  applies: 'changes',
};

export interface ThingFixture extends ProviderFixture {
  readonly cloud: ThingCloud;
  readonly files: MemoryFiles;
}

/** Things of every sort: with secrets, inputs, dependencies, needs, and some that only run. */
export async function openThingFixture(): Promise<ThingFixture> {
  const cloud = new ThingCloud();
  const secret = 'open sesame "42"';
  let disturbances = 0;
  return {
    cloud,
    provider: createThingProvider(cloud),
    restart: () => createThingProvider(cloud),
    target: { name: 'staging', settings: { region: 'north' } },
    stack: {
      name: 'shop/web',
      path: 'web',
      settings: { scope: 'shop' },
      owner: 'mark-of-web',
      formerOwners: ['mark-of-before'],
    },
    files: createMemoryFiles(
      Object.fromEntries(things(secret).map((thing) => [`web/${thing.name}.json`, write(thing)])),
    ),
    inputs: {
      network: { value: 'vpc-4711', sensitive: false },
      password: { value: 'correct horse', sensitive: true },
    },
    secret,
    countWrites: () => cloud.counts.writes,
    async disturb(id) {
      disturbances += 1;
      cloud.disturb(id, 'size', -disturbances);
      cloud.disturb(id, 'token', `other-${disturbances}`);
    },
    async intrude(id) {
      cloud.disturb(id, 'secretNote', secret, 'mallory');
    },
    async refuse(id) {
      cloud.inject(id, 'stalled');
    },
    freeze: async () => cloud.freeze(),
    unplug: async () => cloud.goDown(),
    close: async () => cloud.thaw(),
  };
}

function things(secret: string): readonly ThingFile[] {
  const kind = 'Thing';
  return [
    { kind, name: 'disk', secret, spec: { size: 1, token: '$(password)', labels: { 'a/b': 'c' } } },
    { kind, name: 'net', spec: { size: 2, token: '$(network)', big: [1, { deep: null }] } },
    { kind, name: 'host', needs: 'Thing/shop/disk', spec: { size: 3, token: 'x', fixed: 'here' } },
    { kind, name: 'late', wave: 1, spec: { size: 4, token: 'x', outputs: { address: '::1' } } },
    {
      kind,
      name: 'seed',
      executes: 'changed',
      dependsOn: ['Thing/shop/host'],
      spec: { run: 'seed' },
    },
    { kind, name: 'ping', executes: 'always', wave: 2, spec: { run: 'ping' } },
  ];
}

function write(thing: ThingFile): string {
  return JSON.stringify(thing, undefined, 2);
}
