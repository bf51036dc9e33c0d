import type { Log } from '@trueup/control-plane';
import { pino } from 'pino';

import { formatLine } from './format-line.ts';
import type { LogFormat, LogLevel } from './settings/settings.ts';

export type Logger = pino.Logger;

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Standard error if absent. */
  readonly stream?: pino.DestinationStream;
}

/**
 * One line for each happening: of JSON for programs, or of text for people. What is logged is chosen
 * where it happens; these names are struck out all the same, wherever they should turn up.
 */
export function createLogger({ level, format, stream = pino.destination(2) }: LogOptions): Logger {
  const names = ['authorization', 'cookie', 'token', 'password', 'secret', 'value'];
  const paths = names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options: pino.LoggerOptions = {
    level,
    base: null,
    redact: { paths, censor: '***' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const lines =
    format === 'json' ? stream : { write: (line: string) => stream.write(formatLine(line)) };
  return pino(options, lines);
}

/** The log of the control plane, as part of ours. */
export function toLog(logger: Logger): Log {
  return (level, message, fields) => logger[level](fields, message);
}
