import { nearestName } from '@trueup/diagnostics';

/** The word that was probably meant, or only begun; `undefined` where none is near. */
export function findClosest(written: string, known: readonly string[]): string | undefined {
  return nearestName(written, known) ?? findBegun(written, known);
}

function findBegun(written: string, known: readonly string[]): string | undefined {
  if (written.length < 3) return undefined;
  return known.find((word) => word.toLowerCase().startsWith(written.toLowerCase()));
}

/** ` Did you mean shop-staging?`, or nothing: to be put behind a sentence. */
export function didYouMean(written: string, known: readonly string[]): string {
  const found = findClosest(written, known);
  return found === undefined ? '' : ` Did you mean ${found}?`;
}
