/** How much one text may ask for. Manifests are written by whoever may open a merge request. */
export interface ReadLimits {
  /** Length of the text, in UTF-16 code units. */
  readonly maxLength: number;
  /**
   * Values in all documents of a text, each alias counted as what it stands for, long strings as
   * several. Without it a few lines of aliases become gigabytes as soon as somebody copies them.
   */
  readonly maxNodes: number;
  /** Objects and lists inside each other. */
  readonly maxDepth: number;
}

/** The largest known manifests, bundles of CRDs, have 5 MB, 200,000 values and a depth of 40. */
export const defaultReadLimits: ReadLimits = {
  maxLength: 16 * 1024 * 1024,
  maxNodes: 2_000_000,
  maxDepth: 200,
};
