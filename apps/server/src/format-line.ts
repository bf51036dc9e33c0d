import { stripVTControlCharacters } from 'node:util';

/**
 * A line of the log for people: when, how bad, what, and all else as `name=value`. What stands in it
 * comes from outside in part: nothing of it moves the cursor or begins another line.
 */
export function formatLine(line: string): string {
  const { time, level, msg, ...rest }: Readonly<Record<string, unknown>> = JSON.parse(line);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${formatValue(value)}`);
  const head = `${shortTime(time)} ${String(level).toUpperCase().padEnd(5)} ${toPlain(String(msg))}`;
  return `${[head, ...fields].join(' ')}\n`;
}

/** The date stands in the log of whoever keeps it for days. */
function shortTime(time: unknown): string {
  return /T(\d\d:\d\d:\d\d\.\d{3})/.exec(String(time))?.[1] ?? String(time);
}

function formatValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(toPlain(value));
}

/** Without what a terminal would obey. */
function toPlain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
