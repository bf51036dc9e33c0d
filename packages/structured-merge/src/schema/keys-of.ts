import type { FieldPath } from '@trueup/diagnostics';

import type { TypeSchema } from './type-schema.ts';

/**
 * The members that identify the items of the list at a path; `undefined` where the schema says that
 * nothing does, or that there is no list.
 */
export function keysOf(schema: TypeSchema): (path: FieldPath) => readonly string[] | undefined {
  return (path) => {
    let type: TypeSchema | undefined = schema;
    for (const step of path) {
      if (typeof step !== 'string') type = type?.list?.element;
      else type = type?.map?.fields.get(step)?.type ?? type?.map?.element;
    }
    return type?.list?.kind === 'map' ? type.list.keys : undefined;
  };
}
