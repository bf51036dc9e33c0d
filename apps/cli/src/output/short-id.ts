/** Their first digits are the time and a count within it: nobody sees two that begin alike. */
const length = 16;

/** An id of a run or a rollout as people see it, everywhere alike: commands take the beginning of one. */
export function shortId(id: string): string {
  return id.slice(0, length);
}
