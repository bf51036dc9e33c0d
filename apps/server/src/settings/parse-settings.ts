/**
 * Reads flags and environment. A flag wins over its variable. Whatever is wrong is told at once.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import {
  defaultRetention,
  defaultSessionLimits,
  formatRetention,
  parseRetention,
  type RetentionRules,
  type SessionLimits,
} from '@trueup/control-plane';
import {
  parseAddress,
  parseFormat,
  parseHosts,
  parseLevel,
  parseSpan,
  parseSwitch,
  parseUrl,
} from './parse-values.ts';
import { readMachine } from './read-machine.ts';
import { settingFlags } from './setting-flags.ts';
import type { Environment, Settings, TlsFiles } from './settings.ts';

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'help' }
  /** One sentence for each. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

export function parseSettings(given: readonly string[], environment: Environment): ParsedSettings {
  const read = readFlags(given);
  if ('problem' in read) return { kind: 'wrong', problems: [read.problem] };
  if (read.values['help'] === true) return { kind: 'help' };
  const findValue = (flag: string): string | undefined => {
    const value = read.values[flag];
    if (value !== undefined) return String(value);
    const set = environment[settingFlags[flag]?.variable ?? ''];
    return set === '' ? undefined : set;
  };
  return toSettings(findValue, environment);
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function readFlags(
  given: readonly string[],
): { readonly values: Values } | { readonly problem: string } {
  const flags = Object.entries(settingFlags).map(([flag, { value }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [flag, { type }] as const;
  });
  const known = { ...Object.fromEntries(flags), help: { type: 'boolean', short: 'h' } } as const;
  try {
    return { values: parseArgs({ args: [...given], options: known, strict: true }).values };
  } catch (error) {
    const [first = 'cannot be read'] = error instanceof Error ? error.message.split('. ') : [];
    return { problem: `flags: ${first}` };
  }
}

type FindValue = (flag: string) => string | undefined;

function toSettings(findValue: FindValue, environment: Environment): ParsedSettings {
  const problems: string[] = [];
  const take: Take = (flag, parse, wanted, absent) => {
    const text = findValue(flag) ?? absent;
    const parsed = text === undefined ? undefined : parse(text);
    if (text !== undefined && parsed === undefined) problems.push(`--${flag}: ${wanted}`);
    return parsed;
  };
  const dataFolder = resolve(findValue('data') ?? join(homedir(), '.local', 'share', 'trueup'));
  const [trustProxy, allowLocalRepositories] = (
    ['trust-proxy', 'allow-local-repositories'] as const
  ).map((flag) => take(flag, parseSwitch, 'is true or false', 'false'));
  const address = 'is HOST:PORT, an IPv6 address in brackets';
  const listen = take('listen', parseAddress, address, '127.0.0.1:8484');
  const level = 'is one of debug, info, warn, error';
  const logLevel = take('log-level', parseLevel, level, 'info');
  const logFormat = take('log-format', parseFormat, 'is json or text');
  const url = 'is a URL of http or https, without query';
  const publicUrl = take('public-url', parseUrl, url);
  const hosts = 'is a list of hosts: ntfy.internal,*.corp.example.com';
  const alertHosts = take('alert-hosts', parseHosts, hosts);
  const tls = readTls(findValue, problems);
  const sessionLimits = readSessionLimits(take, problems);
  const retention = readRetention(findValue('keep'), problems);
  if (problems.length > 0 || !listen || !logLevel) return { kind: 'wrong', problems };

  const settings: Settings = {
    dataFolder,
    keyFile: resolve(findValue('key') ?? join(dataFolder, 'key')),
    ...listen,
    ...(publicUrl !== undefined && { publicUrl }),
    logLevel,
    ...(logFormat && { logFormat }),
    ...(tls && { tls }),
    trustProxy: trustProxy ?? false,
    allowLocalRepositories: allowLocalRepositories ?? false,
    alertHosts: alertHosts ?? [],
    sessionLimits,
    retention,
    machine: readMachine(environment, findValue('kubeconfig') ?? ''),
  };
  return { kind: 'settings', settings };
}

/** `undefined` where nothing is said, and where what is said is wrong. */
type Take = <T>(
  flag: string,
  parse: (text: string) => T | undefined,
  wanted: string,
  absent?: string,
) => T | undefined;

function readTls(findValue: FindValue, problems: string[]): TlsFiles | undefined {
  const [certificate, key] = [findValue('tls-cert'), findValue('tls-key')];
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) {
    return { certificateFile: resolve(certificate), keyFile: resolve(key) };
  }
  const missing = certificate === undefined ? 'tls-cert' : 'tls-key';
  problems.push(`--${missing}: is missing: a certificate and its key go together`);
  return undefined;
}

function readSessionLimits(take: Take, problems: string[]): SessionLimits {
  const wanted = 'is a duration from 5m to 30d: 90m, 12h';
  const limits = {
    idleMs: take('session-idle', parseSpan, wanted) ?? defaultSessionLimits.idleMs,
    longestMs: take('session-longest', parseSpan, wanted) ?? defaultSessionLimits.longestMs,
  };
  const { idleMs, longestMs } = limits;
  if (idleMs > longestMs) problems.push('--session-idle: is longer than --session-longest');
  return limits;
}

/** What is wrong with it is added to `problems`. */
function readRetention(written: string | undefined, problems: string[]): RetentionRules {
  const read = parseRetention(written ?? formatRetention(defaultRetention));
  if ('rules' in read) return read.rules;
  problems.push(...read.problems.map((problem) => `--keep: ${problem}`));
  return defaultRetention;
}
