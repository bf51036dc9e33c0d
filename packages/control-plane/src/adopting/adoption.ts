/** What it takes to adopt drift: files of the followed head that ask for what is observed. */
import type { FieldPath, Origin } from '@trueup/diagnostics';
import type { Revision, StackId } from '@trueup/engine';
import type { ResourceId, Writer } from '@trueup/provider-sdk';

/** One value that a line of Git is to ask for. Free of values. */
export interface AdoptedField {
  readonly id: ResourceId;
  readonly path: FieldPath;
  readonly origin: Origin;
  /** Who wrote the observed value, where the target says so. */
  readonly writer?: Writer;
}

export interface RefusedField {
  readonly id: ResourceId;
  /** Empty where the resource as a whole is meant. */
  readonly path: FieldPath;
  /** Half a sentence for people, free of values. */
  readonly reason: string;
}

export interface EditedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface Adoption {
  readonly stack: StackId;
  /** What the files are changed on top of. */
  readonly base: Revision;
  /** Sorted by path; empty where nothing can be adopted. */
  readonly files: readonly EditedFile[];
  readonly fields: readonly AdoptedField[];
  readonly refused: readonly RefusedField[];
  /** Full names of other stacks that read these files. */
  readonly readers: readonly StackId[];
}
