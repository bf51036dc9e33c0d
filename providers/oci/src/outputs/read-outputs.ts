import { type ObservedResource, type Output, parseResourceId } from '@trueup/provider-sdk';

import { tagKind } from '../observe/tag-place.ts';

/**
 * What each tag points at, as a reference by digest. Names have no other signs than letters, digits,
 * `-` and `_`: `shop/web:production` is `shop_web_production`. Two tags of one name have no output.
 */
export function readOutputs(
  observed: readonly ObservedResource[],
): Readonly<Record<string, Output>> {
  const outputs = observed.flatMap(({ id, body }) => {
    const { kind, scope, name } = parseResourceId(id);
    const { digest } = body;
    if (kind !== tagKind || typeof digest !== 'string') return [];
    const repository = name.slice(0, name.lastIndexOf(':'));
    const output = { value: `${scope}/${repository}@${digest}`, sensitive: false };
    return [{ name: name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 100), output }];
  });
  const byName = Map.groupBy(outputs, ({ name }) => name);
  return Object.fromEntries(
    [...byName].flatMap(([name, [first, ...others]]) =>
      first && others.length === 0 ? [[name, first.output]] : [],
    ),
  );
}
