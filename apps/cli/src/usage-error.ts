/** What was typed is at fault. The message says what, and what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
