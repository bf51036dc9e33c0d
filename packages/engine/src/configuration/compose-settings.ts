import { isJsonObject, type Json } from '@trueup/diagnostics';

import type { ConfiguredProvider, StackEntry } from './configuration.ts';

type Provider = Pick<ConfiguredProvider, 'name' | 'tools'>;

/**
 * What a provider gets as the settings of a stack: what stands under its own name, and beside that
 * what stands under the names of its tools. `undefined` when nothing does.
 *
 * `kubernetes: { namespace: shop }` and `helm: { values: […] }` become
 * `{ namespace: shop, helm: { values: […] } }`.
 */
export function composeSettings(
  settings: StackEntry['settings'],
  provider: Provider,
): Json | undefined {
  const own = settings[provider.name];
  const tools = toolsIn(settings, provider).map((tool) => [tool, settings[tool] ?? null] as const);
  if (tools.length === 0) return own;
  if (own !== undefined && own !== null && !isJsonObject(own)) return own;
  return { ...own, ...Object.fromEntries(tools) };
}

/** Names of the tools of this provider that a stack has settings for. */
export function toolsIn(
  settings: StackEntry['settings'],
  { name, tools = [] }: Provider,
): readonly string[] {
  return tools.filter((tool) => tool !== name && Object.hasOwn(settings, tool));
}
