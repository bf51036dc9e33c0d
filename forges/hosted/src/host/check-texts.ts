/** How long what people write may be. What is longer keeps nobody from reading it, but costs everybody. */
import { isBranchName } from '@trueup/repository';

import { isMistakable } from '../model/is-mistakable.ts';
import { invalid } from '../translate-errors.ts';

export const longestTitle = 500;
/** Of a description, a comment and a review. */
export const longestBody = 100_000;
export const mostLabels = 50;
export const longestLabel = 100;
export const mostReviewers = 50;

/** `FORGE_REQUEST_INVALID`. */
export function checkTitle(title: string, subject: string): string {
  if (title.trim() === '') throw invalid(subject, 'it needs a title');
  if (/\p{Cc}/u.test(title)) throw invalid(subject, 'its title holds control characters');
  if (title.length > longestTitle)
    throw invalid(subject, `its title has over ${longestTitle} characters`);
  return title;
}

export function checkBody(body: string, subject: string): string {
  if (body.length <= longestBody) return body;
  throw invalid(subject, `its text has over ${longestBody} characters`);
}

/** Sorted, each once. */
export function checkLabels(labels: readonly string[], subject: string): readonly string[] {
  const sound = labels.every(
    (label) => label.trim() !== '' && label.length <= longestLabel && !/\p{Cc}/u.test(label),
  );
  if (sound && labels.length <= mostLabels) return [...new Set(labels)].sort();
  throw invalid(subject, `up to ${mostLabels} labels of 1 to ${longestLabel} characters`);
}

/** Of a branch that may be made by that. */
export function checkNewBranch(branch: string, subject: string): string {
  if (!isMistakable(branch)) return checkBranch(branch, subject);
  throw invalid(subject, 'a branch of that name could be taken for something else');
}

export function checkBranch(branch: string, subject: string): string {
  if (isBranchName(branch)) return branch;
  throw invalid(subject, 'that is not the name of a branch');
}
