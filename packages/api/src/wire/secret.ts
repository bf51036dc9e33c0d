import { list, object, type Schema, text, union, words } from '../schema/schema.ts';

/** What a secret may be used for. */
export type SecretUse =
  | { readonly kind: 'repository'; readonly name: string }
  | { readonly kind: 'target'; readonly repository: string; readonly name: string }
  | { readonly kind: 'host'; readonly name: string }
  /** By alerts of the repository with this name. */
  | { readonly kind: 'alert'; readonly name: string };

/** A secret, without its value: nobody can read that back. */
export interface Secret {
  readonly name: string;
  readonly uses: readonly SecretUse[];
  readonly updatedAt: string;
}

export interface SecretSettings {
  readonly value: string;
  readonly uses: readonly SecretUse[];
}

const name = text({ minLength: 1, maxLength: 250 });

export const secretUseSchema: Schema<SecretUse> = union(
  [
    object<Extract<SecretUse, { readonly kind: 'repository' }>>({
      kind: words(['repository']),
      name,
    }),
    object<Extract<SecretUse, { readonly kind: 'target' }>>({
      kind: words(['target']),
      repository: name,
      name,
    }),
    object<Extract<SecretUse, { readonly kind: 'host' }>>({ kind: words(['host']), name }),
    object<Extract<SecretUse, { readonly kind: 'alert' }>>({ kind: words(['alert']), name }),
  ],
  'SecretUse',
);

export const secretSchema: Schema<Secret> = object<Secret>(
  { name: text(), uses: list(secretUseSchema), updatedAt: text() },
  'Secret',
);

export const secretSettingsSchema: Schema<SecretSettings> = object<SecretSettings>(
  {
    // A kubeconfig with its certificates, or a key with its known hosts.
    value: text({ minLength: 1, maxLength: 500_000 }),
    uses: list(secretUseSchema, { maxItems: 200 }),
  },
  'SecretSettings',
);
