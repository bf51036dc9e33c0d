import type { FieldSet } from '../fields/field-set.ts';
import type { TypeSchema } from '../schema/type-schema.ts';

/** What both kinds of writes need to know. */
export interface WriteContext {
  /** Empty counts as `unknown`. */
  readonly manager: string;
  /** The version in which the object is written, such as `apps/v1`. */
  readonly apiVersion: string;
  readonly schema: TypeSchema;
  readonly now: Date;
  /** `status`, `scale` and the like; absent or empty for the resource itself. */
  readonly subresource?: string;
  /** What cannot be written here, such as `status` through the resource itself. */
  readonly resetFields?: FieldSet;
  /** Owners at other versions are dropped. Without it every version counts as served. */
  readonly isServed?: (apiVersion: string) => boolean;
}
