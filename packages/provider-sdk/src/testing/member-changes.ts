import type { FieldPath, Json, Origin } from '@trueup/diagnostics';

import type { FieldChange, Writer } from '../change.ts';
import { diffFields } from '../diff-fields.ts';

export interface MemberSides {
  readonly path: FieldPath;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Given for a secret. */
  readonly seal?: ((value: Json) => string) | undefined;
  readonly writer?: Writer | undefined;
  readonly origin?: Origin | undefined;
}

/** One member of two bodies: as a whole when it comes, goes or is a secret, else field by field. */
export function memberChanges(sides: MemberSides): readonly FieldChange[] {
  const { path, before, after, seal, writer, origin } = sides;
  const besides = {
    sensitive: seal !== undefined,
    ...(writer && { writer }),
    ...(origin && { origin }),
  };
  if (before !== undefined && after !== undefined && !seal) {
    return diffFields(before, after, () => undefined).map((difference) => ({
      ...difference,
      path: [...path, ...difference.path],
      ...besides,
    }));
  }
  const show = (value: Json) => (seal ? seal(value) : value);
  return [
    {
      path,
      ...(before !== undefined && { before: show(before) }),
      ...(after !== undefined && { after: show(after) }),
      ...besides,
    },
  ];
}

/** Own members only: somebody may call one `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
