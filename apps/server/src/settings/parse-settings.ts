/**
 * Reads flags and environment. A flag wins over its variable. Whatever is wrong is told at once.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import {
  defaultRetention,
  formatRetention,
  parseRetention,
  type RetentionRules,
} from '@trueup/control-plane';

import { readMachine } from './read-machine.ts';
import type { Environment, LogLevel, Settings } from './settings.ts';

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'help' }
  /** One sentence for each. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

interface Option {
  readonly variable: string;
  readonly value?: string;
  readonly about: string;
}

/** By flag. */
const options: Readonly<Record<string, Option>> = {
  data: {
    variable: 'TRUEUP_DATA',
    value: 'FOLDER',
    about: 'Where everything is kept. ~/.local/share/trueup if absent.',
  },
  key: {
    variable: 'TRUEUP_KEY',
    value: 'FILE',
    about: 'The key of secrets; made where there is none. FOLDER/key if absent.',
  },
  listen: {
    variable: 'TRUEUP_LISTEN',
    value: 'HOST:PORT',
    about: '127.0.0.1:8484 if absent.',
  },
  'public-url': {
    variable: 'TRUEUP_PUBLIC_URL',
    value: 'URL',
    about: 'How people reach the server.',
  },
  kubeconfig: {
    variable: 'KUBECONFIG',
    value: 'FILES',
    about: 'Where targets that name a context are found. ~/.kube/config if absent.',
  },
  keep: {
    variable: 'TRUEUP_KEEP',
    value: 'RULES',
    about: `How long what has ended is kept. ${formatRetention(defaultRetention)} if absent.`,
  },
  'log-level': {
    variable: 'TRUEUP_LOG_LEVEL',
    value: 'LEVEL',
    about: 'debug, info, warn or error. info if absent.',
  },
  'trust-proxy': {
    variable: 'TRUEUP_TRUST_PROXY',
    about: 'Takes the addresses of clients from X-Forwarded-For.',
  },
  'allow-local-repositories': {
    variable: 'TRUEUP_ALLOW_LOCAL_REPOSITORIES',
    about: 'Lets repositories of this machine be registered.',
  },
};

/** For `--help`. */
export function describeSettings(): string {
  const lines = Object.entries(options).map(([flag, { variable, value, about }]) => {
    const shown = value === undefined ? `--${flag}` : `--${flag} ${value}`;
    return `  ${shown.padEnd(28)} ${about} (${variable})`;
  });
  return ['Usage: trueup-server [flags]', '', ...lines].join('\n');
}

export function parseSettings(given: readonly string[], environment: Environment): ParsedSettings {
  const read = readFlags(given);
  if ('problem' in read) return { kind: 'wrong', problems: [read.problem] };
  if (read.values['help'] === true) return { kind: 'help' };
  const findValue = (flag: string): string | undefined => {
    const value = read.values[flag];
    if (value !== undefined) return String(value);
    const set = environment[options[flag]?.variable ?? ''];
    return set === '' ? undefined : set;
  };
  return toSettings(findValue, environment);
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function readFlags(
  given: readonly string[],
): { readonly values: Values } | { readonly problem: string } {
  const flags = Object.entries(options).map(([flag, { value }]) => {
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
  const take = <T>(flag: string, parsed: T | undefined, wanted: string): T | undefined => {
    if (parsed === undefined) problems.push(`--${flag}: ${wanted}`);
    return parsed;
  };
  const dataFolder = resolve(findValue('data') ?? join(homedir(), '.local', 'share', 'trueup'));
  const listen = parseAddress(findValue('listen') ?? '127.0.0.1:8484');
  const level = parseLevel(findValue('log-level') ?? 'info');
  const url = findValue('public-url');
  const publicUrl = url === undefined ? undefined : parseUrl(url);
  const [trust, local] = ['trust-proxy', 'allow-local-repositories'].map((flag) =>
    take(flag, parseSwitch(findValue(flag)), 'is true or false'),
  );
  take('listen', listen, 'is HOST:PORT, an IPv6 address in brackets');
  take('log-level', level, 'is one of debug, info, warn, error');
  if (url !== undefined) take('public-url', publicUrl, 'is a URL of http or https, without query');
  const retention = readRetention(findValue('keep'), problems);
  if (problems.length > 0 || !listen || !level) return { kind: 'wrong', problems };

  const settings: Settings = {
    dataFolder,
    keyFile: resolve(findValue('key') ?? join(dataFolder, 'key')),
    ...listen,
    ...(publicUrl !== undefined && { publicUrl }),
    logLevel: level,
    trustProxy: trust ?? false,
    allowLocalRepositories: local ?? false,
    retention,
    machine: readMachine(environment, findValue('kubeconfig') ?? ''),
  };
  return { kind: 'settings', settings };
}

/** What is wrong with it is added to `problems`. */
function readRetention(written: string | undefined, problems: string[]): RetentionRules {
  const read = parseRetention(written ?? formatRetention(defaultRetention));
  if ('rules' in read) return read.rules;
  problems.push(...read.problems.map((problem) => `--keep: ${problem}`));
  return defaultRetention;
}

function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

function parseLevel(text: string): LogLevel | undefined {
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  return levels.find((level) => level === text);
}

function parseSwitch(text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'false' || text === '0') return false;
  return text === 'true' || text === '1' ? true : undefined;
}

function parseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, search, hash, username, href } = new URL(text);
  const plain = search === '' && hash === '' && username === '';
  return plain && /^https?:$/.test(protocol) ? href.replace(/\/+$/, '') : undefined;
}
