import { TransientError } from '@trueup/diagnostics';

/** The forge answers again at a time that it named. Asking earlier makes some forges block us longer. */
export class RateLimitError extends TransientError {
  /** RFC 3339. */
  readonly retryAt: string;

  constructor(message: string, retryAt: string, subject?: string) {
    super('FORGE_RATE_LIMITED', message, subject);
    this.retryAt = retryAt;
  }
}
