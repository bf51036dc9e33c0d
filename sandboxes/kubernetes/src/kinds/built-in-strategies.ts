/** Which strategy goes with which built-in type. */

import { checkSubdomain } from '../validation/names.ts';
import type { Strategy } from './strategy.ts';

/** What holds for a kind that nothing is special about. */
const plain: Strategy = { nameRule: checkSubdomain, updatesBlindly: true };

/** Custom resources must say which state they replace. */
export const customStrategy: Strategy = { nameRule: checkSubdomain };

const strategies: Readonly<Record<string, Strategy>> = {};

/** @param key as `apps/deployments` */
export function builtInStrategy(key: string): Strategy {
  return strategies[key] ?? plain;
}
