import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';

/** What a write is about, apart from the body. */
export interface WriteRequest {
  readonly type: ResourceType;
  readonly version: ServedVersion;
  /** Empty for what lies in no namespace. */
  readonly namespace: string;
  /** Empty at creation: the body says it. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly options: WriteOptions;
  /** Members that the client's text names twice. */
  readonly duplicates?: readonly string[];
  /** Collects what goes into `Warning` headers. */
  readonly warn: (text: string) => void;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  /** From `fieldManager`, else from the client's name. */
  readonly manager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
}
