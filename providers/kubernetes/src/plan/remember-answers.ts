import type { Change } from '@trueup/provider-sdk';

import type { ServerWarning } from '../client/parse-warnings.ts';

/** What the server answered to a dry run, as far as it was planned by. Holds no secrets. */
export interface Remembered extends Pick<Change, 'action' | 'fields' | 'hazards' | 'confidence'> {
  readonly warnings?: readonly ServerWarning[];
}

/**
 * Answers by what was asked for and what was there. A server may normalise what it is asked for
 * (`1000m` becomes `1`), which looks like a difference for ever: without a memory an unchanged object
 * would cost a dry run in every pass.
 */
export interface AnswerMemory {
  get(question: string): Remembered | undefined;
  set(question: string, answer: Remembered): void;
}

/** The oldest go first. A minute's worth of a large installation; an answer has about a kilobyte. */
export function createAnswerMemory(limit = 20_000): AnswerMemory {
  const answers = new Map<string, Remembered>();
  return {
    get(question) {
      const found = answers.get(question);
      if (!found) return undefined;
      answers.delete(question);
      answers.set(question, found);
      return found;
    },
    set(question, answer) {
      answers.delete(question);
      answers.set(question, answer);
      const [oldest] = answers.keys();
      if (answers.size > limit && oldest !== undefined) answers.delete(oldest);
    },
  };
}
