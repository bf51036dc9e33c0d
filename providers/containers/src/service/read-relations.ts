/** How a service hangs together with others: what it waits for, and where they meet. */
import type { JsonObject } from '@trueup/diagnostics';

import { memberOf, membersOf, type Tree, textOf } from '../compose/tree.ts';
import {
  inside,
  type Place,
  readInteger,
  readMembers,
  readText,
  readTexts,
} from './read-values.ts';
import type { Dependency } from './service-model.ts';

const conditions = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
] as const;

export function readDependencies(tree: Tree | undefined, place: Place): readonly Dependency[] {
  return membersOf(tree).flatMap(([service, one]) => {
    const written = textOf(memberOf(one, 'condition')) ?? 'service_started';
    const condition = conditions.find((known) => known === written);
    if (!condition) {
      place.remarks.invalid(
        one,
        [...place.path, service],
        '`condition` is none that there is',
        `Write one of: ${conditions.join(', ')}.`,
      );
      return [];
    }
    return [{ service, condition, required: textOf(memberOf(one, 'required')) !== 'false' }];
  });
}

export function readNetworks(tree: Tree, place: Place): ReadonlyMap<string, JsonObject> {
  const networks = memberOf(tree, 'networks');
  if (memberOf(tree, 'network_mode')) {
    if (networks)
      place.remarks.invalid(
        networks,
        [...place.path, 'networks'],
        '`networks` and `network_mode` exclude each other',
      );
    return new Map();
  }
  const named = membersOf(networks);
  if (named.length === 0) return new Map([['default', {}]]);
  const members = {
    aliases: readTexts,
    ipv4_address: readText,
    ipv6_address: readText,
    priority: readInteger,
  };
  const at = inside(place, 'networks');
  return new Map(named.map(([name, one]) => [name, readMembers(one, members, inside(at, name))]));
}

export function sharesWith(spec: JsonObject): readonly string[] {
  return ['network_mode', 'ipc', 'pid'].flatMap((name) => {
    const value = spec[name];
    return typeof value === 'string' && value.startsWith('service:') ? [value.slice(8)] : [];
  });
}
