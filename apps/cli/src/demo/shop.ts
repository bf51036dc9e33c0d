/** What stands in the demo's shop, and where. */
import type { Json } from '@trueup/diagnostics';

import { memberAt } from './demo-cluster.ts';

export const stacks: readonly string[] = [
  'platform-production',
  'platform-staging',
  'shop-production',
  'shop-staging',
];
export const production = 'shop/shop-production';
export const webPath = '/apis/apps/v1/namespaces/shop/deployments/web';
export const settingsPath = '/api/v1/namespaces/shop/configmaps/shop-settings';

export function isAvailable(found: Json | undefined): boolean {
  return Number(memberAt(found, 'status', 'availableReplicas') ?? 0) > 0;
}

export function runsNewImage(found: Json | undefined): boolean {
  const containers = memberAt(found, 'spec', 'template', 'spec', 'containers');
  const image = memberAt(containers, 0, 'image');
  return typeof image === 'string' && image.endsWith('shop/web:1.5.0');
}

export function hasBanner(text: string): (found: Json | undefined) => boolean {
  return (found) => memberAt(found, 'data', 'BANNER') === text;
}
