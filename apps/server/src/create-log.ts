import type { Log } from '@trueup/control-plane';
import { pino } from 'pino';

import type { LogLevel } from './settings/settings.ts';

export type Logger = pino.Logger;

/**
 * Lines of JSON, one for each happening. What is logged is chosen where it happens; these names are
 * struck out all the same, wherever they should turn up.
 */
export function createLogger(
  level: LogLevel,
  stream: pino.DestinationStream = pino.destination(2),
): Logger {
  const names = ['authorization', 'cookie', 'token', 'password', 'secret', 'value'];
  const paths = names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const redact = { paths, censor: '***' };
  return pino({ level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** The log of the control plane, as part of ours. */
export function toLog(logger: Logger): Log {
  return (level, message, fields) => logger[level](fields, message);
}
