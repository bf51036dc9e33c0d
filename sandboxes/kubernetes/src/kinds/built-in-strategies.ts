/** Which strategy goes with which built-in type. */

import { definitionStrategy } from '../custom-resources/definition-strategy.ts';
import { checkSubdomain } from '../validation/names.ts';
import { otherStrategies } from './other-strategies.ts';
import { podStrategy } from './pod-strategy.ts';
import { serviceStrategy } from './service-strategy.ts';
import type { Strategy } from './strategy.ts';
import { workloadStrategies } from './workload-strategies.ts';

/** What holds for a kind that nothing is special about. */
const plain: Strategy = { nameRule: checkSubdomain, updatesBlindly: true };

/** Custom resources must say which state they replace. */
export const customStrategy: Strategy = { nameRule: checkSubdomain };

const strategies: Readonly<Record<string, Strategy>> = {
  ...workloadStrategies,
  ...otherStrategies,
  '/pods': podStrategy,
  'apiextensions.k8s.io/customresourcedefinitions': definitionStrategy,
  '/services': serviceStrategy,
};

/** @param key as `apps/deployments` */
export function builtInStrategy(key: string): Strategy {
  return strategies[key] ?? plain;
}
