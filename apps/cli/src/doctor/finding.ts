/** What a look at one thing found. */
export interface Finding {
  readonly subject: string;
  /** `missing`: not there, and not needed by everybody. */
  readonly verdict: 'well' | 'missing' | 'ill';
  /** What was found, in a few words. */
  readonly says: string;
  /** What to do about it. */
  readonly advice?: string;
}
