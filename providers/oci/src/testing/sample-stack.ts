/** One stack that the suite runs on every kind of registry. */
import type { ReadCredentials } from '@trueup/outbound';
import { parseResourceId, type ResourceId, type Stack, type Target } from '@trueup/provider-sdk';
import type { ProviderAbilities } from '@trueup/provider-sdk/testing';

export const ociAbilities: ProviderAbilities = {
  marks: false,
  versions: true,
  watch: false,
  leases: false,
  foreign: false,
  deletes: true,
  applies: 'changes',
  secrets: false,
};

export const login = { username: 'deployer', password: 'correct-horse-battery' } as const;
export const sourceLogin = { username: 'reader', password: 'staple-of-the-source' } as const;

export function sampleTarget(host: string): Target {
  const credential = `${login.username}:${login.password}`;
  return { name: 'images', settings: { registry: `${host}/team`, credential } };
}

export function sampleStack(sourceHost: string): Stack {
  return {
    name: 'shop/images',
    path: 'images',
    settings: { credentials: { [sourceHost]: { secret: 'source' } }, deleteTags: true },
    owner: 'mark-of-images',
    formerOwners: [],
  };
}

export const readSourceCredentials: ReadCredentials = async () => ({
  kind: 'password',
  ...sourceLogin,
});

export interface SampleImages {
  readonly sourceHost: string;
  /** Of `acme/web` there. */
  readonly digest: string;
}

/** Two images from elsewhere, one by its digest and one by its tag `1.4`, and one under two tags. */
export function sampleFiles({
  sourceHost,
  digest,
}: SampleImages): Readonly<Record<string, string>> {
  const text = [
    'tags:',
    '  - repository: shop/web',
    '    tag: production',
    `    from: ${sourceHost}/acme/web@${digest}`,
    `  - { repository: shop/api, tag: "1.4", from: "${sourceHost}/acme/api:1.4" }`,
    `  - { repository: shop/api, tag: stable, from: "${sourceHost}/acme/api:1.4" }`,
  ];
  return { 'images/registry.yaml': `${text.join('\n')}\n` };
}

/** The repository in the registry, and the tag. */
export function partsOf(id: ResourceId): readonly [repository: string, tag: string] {
  const { name } = parseResourceId(id);
  const colon = name.lastIndexOf(':');
  return [name.slice(0, colon), name.slice(colon + 1)];
}
