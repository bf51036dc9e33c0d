/** A merge request that takes observed values of a stack into Git. */
export interface AdoptionRecord {
  readonly mergeRequest: number;
  /** For people. */
  readonly url?: string;
  readonly branch: string;
  /** The commit that the branch was given: at another one somebody has worked on it. */
  readonly revision: string;
  /** Of what it changes: the same is not proposed twice. */
  readonly digest: string;
  /** Paths that it changes: what is moved elsewhere puts the others back. None where nobody knows. */
  readonly files: readonly string[];
  /** Ids of the drift items. */
  readonly items: readonly string[];
  /** Who asked for it; `trueup` where a rule did. */
  readonly by: string;
  /** RFC 3339, when its branch was moved last. */
  readonly at: string;
  /** Somebody closed it: it is not proposed again while the same drift is there. */
  readonly declined?: true;
}
