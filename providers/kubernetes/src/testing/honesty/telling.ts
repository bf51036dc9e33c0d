import type { ApplyOptions } from '../../kubernetes-client.ts';
import type { Story } from './story.ts';

/** A story while it is told. */
export interface Telling {
  readonly story: Story;
  /** What was asked and planned, and what became of it. The same on every cluster. */
  readonly trace: string[];
  /** How often there was what. */
  readonly tally: Record<string, number>;
}

export function count({ tally }: Telling, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

/** Manifests name what they apply; nobody else does in these calls. */
export const applying: ApplyOptions = {
  fieldManager: 'trueup',
  dryRun: false,
  signal: new AbortController().signal,
};
