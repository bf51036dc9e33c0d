/** Ports and mounts of a service. */
import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { itemsOf, memberOf, type Tree, textOf } from '../compose/tree.ts';
import {
  type Place,
  readBoolean,
  readBytes,
  readInteger,
  readMembers,
  readMode,
  readText,
} from './read-values.ts';
import type { ServiceModel } from './service-model.ts';

export function readMount(item: Tree, place: Place): JsonObject | undefined {
  const mount = readMembers(
    item,
    {
      type: readText,
      source: readText,
      target: readText,
      read_only: readBoolean,
      bind: (tree, at) =>
        readMembers(tree, { propagation: readText, create_host_path: readBoolean }, at),
      volume: (tree, at) => readMembers(tree, { nocopy: readBoolean, subpath: readText }, at),
      tmpfs: (tree, at) => readMembers(tree, { size: readBytes, mode: readMode }, at),
    },
    place,
  );
  const { type = 'volume', target } = mount;
  const isKnown = ['volume', 'bind', 'tmpfs', 'repository'].some((one) => one === type);
  if (!isKnown || typeof target !== 'string') {
    const advice = 'Write `type` (`volume`, `bind`, `tmpfs`), `source` and `target`.';
    place.remarks.invalid(item, place.path, 'a mount is not written as one', advice);
    return undefined;
  }
  const options = Object.entries(mount).filter(
    ([, value]) => !isJsonObject(value) || Object.keys(value).length > 0,
  );
  return { ...Object.fromEntries(options), type };
}

export function readRepositoryUses(tree: Tree): ServiceModel['repository'] {
  return itemsOf(memberOf(tree, 'volumes')).flatMap((item) => {
    if (textOf(memberOf(item, 'type')) !== 'repository') return [];
    const source = textOf(memberOf(item, 'source')) ?? '';
    return [{ source, target: textOf(memberOf(item, 'target')) ?? '', tree: item }];
  });
}

export function readPort(item: Tree, place: Place): JsonObject | undefined {
  const {
    target,
    published,
    protocol,
    host_ip: ip,
  } = readMembers(
    item,
    { target: readInteger, published: readText, protocol: readText, host_ip: readText },
    place,
  );
  if (target === undefined) {
    place.remarks.invalid(item, place.path, 'a port names no `target`');
    return undefined;
  }
  return { target, published: published ?? '', protocol: protocol ?? 'tcp', host_ip: ip ?? '' };
}
