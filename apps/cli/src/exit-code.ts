/** What the process ends with. Public: scripts branch on these. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodes = {
  /** There was nothing to do, or it is done. */
  done: 0,
  /** It was tried, and failed. */
  failed: 1,
  /** There is something to do, and it was not done: planned only, declined, held. */
  pending: 2,
  /** The input is at fault: files, flags, names. */
  badInput: 3,
  /** The target or the server gave no answer. */
  noAnswer: 4,
  /** By Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;

/** In the order in which one wins over another, when several things went wrong. */
const gravity: readonly ExitCode[] = [0, 2, 4, 3, 1, 130];

/** Of several ends the one that matters most. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>(
    (worst, code) => (gravity.indexOf(code) > gravity.indexOf(worst) ? code : worst),
    exitCodes.done,
  );
}
