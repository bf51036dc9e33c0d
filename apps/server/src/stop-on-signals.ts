/**
 * How a server ends.
 *
 * S1. The first SIGTERM or SIGINT stops it: nothing more is answered, what is under way is aborted and
 *     taken up at the next start, the store is closed.
 * S2. A second one means it: the process ends at once, as by `kill -9`. Nothing is lost by that either.
 * S3. What does not stop in time ends all the same, with 1.
 */
import type { Logger } from './create-log.ts';
import { describeFailure } from './describe-failure.ts';

export interface Stopping {
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Calls `act` at each of these signals. */
  readonly onSignal: (signals: readonly NodeJS.Signals[], act: (signal: string) => void) => void;
  readonly exit: (code: 0 | 1) => void;
  /** Whoever stops us would kill us a little later. */
  readonly withinMs: number;
}

export function stopOnSignals(
  server: { stop(): Promise<void> },
  { logger, onSignal, exit, withinMs }: Stopping,
): void {
  let stopping = false;
  onSignal(['SIGTERM', 'SIGINT'], (signal) => {
    if (stopping) return exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('did not stop in time');
      exit(1);
    }, withinMs).unref();
    server.stop().then(
      () => exit(0),
      (error: unknown) => {
        logger.error({ failure: describeFailure(error) }, 'did not stop cleanly');
        exit(1);
      },
    );
  });
}
