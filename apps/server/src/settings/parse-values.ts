/** What a flag's value may be; `undefined` where it is something else. */
import { parseDuration } from '@trueup/control-plane';

import type { Address } from '../listen.ts';
import type { LogFormat, LogLevel } from './settings.ts';

export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

export function parseLevel(text: string): LogLevel | undefined {
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  return levels.find((level) => level === text);
}

export function parseSwitch(text: string): boolean | undefined {
  if (text === 'false' || text === '0') return false;
  return text === 'true' || text === '1' ? true : undefined;
}

export function parseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, search, hash, username, href } = new URL(text);
  const plain = search === '' && hash === '' && username === '';
  return plain && /^https?:$/.test(protocol) ? href.replace(/\/+$/, '') : undefined;
}

export function parseFormat(text: string): LogFormat | undefined {
  const formats: readonly LogFormat[] = ['json', 'text'];
  return formats.find((format) => format === text);
}

/** Of five minutes to thirty days, in milliseconds. */
export function parseSpan(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= 5 * 60_000 && ms <= 30 * 24 * 3600_000 ? ms : undefined;
}

/** Names, addresses, and `*.` before a name, with commas between. */
export function parseHosts(text: string): readonly string[] | undefined {
  const hosts = text.split(',').map((host) => host.trim());
  const good = hosts.every((host) => /^(?:\*\.)?[\w-]+(?:\.[\w-]+)*$|^[\da-f:]+$/i.test(host));
  return good ? hosts : undefined;
}
