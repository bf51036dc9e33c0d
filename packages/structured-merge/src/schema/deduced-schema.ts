import type { TypeSchema } from './type-schema.ts';

/** One value with one owner, whatever it is: what the items of a deduced list are. */
export const atomicSchema: TypeSchema = {
  name: '__untyped_atomic_',
  scalar: 'untyped',
  list: {
    kind: 'atomic',
    keys: [],
    get element(): TypeSchema {
      return atomicSchema;
    },
  },
  map: {
    kind: 'atomic',
    fields: new Map(),
    get element(): TypeSchema {
      return atomicSchema;
    },
  },
};

/** What a value without a schema is taken for: maps are granular, lists and scalars one value. */
export const deducedSchema: TypeSchema = {
  name: '__untyped_deduced_',
  scalar: 'untyped',
  list: { kind: 'atomic', keys: [], element: atomicSchema },
  map: {
    kind: 'granular',
    fields: new Map(),
    get element(): TypeSchema {
      return deducedSchema;
    },
  },
};
