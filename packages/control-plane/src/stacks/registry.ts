import type { Provider } from '@trueup/provider-sdk';

/**
 * The providers of one installation, by the word that selects each in `trueup.yaml`. This is the
 * only place that knows which there are.
 */
export interface Registry {
  readonly providers: readonly Provider[];
  /** @throws never; `undefined` for a word that selects nothing. */
  find(name: string): Provider | undefined;
}

export function createRegistry(providers: readonly Provider[]): Registry {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return { providers, find: (name) => byName.get(name) };
}
