import { pathToFileURL } from 'node:url';

/** Where a repository lies. Holds no secrets: it may be shown. */
export type Remote =
  | {
      readonly kind: 'https' | 'http';
      readonly host: string;
      readonly port: number;
      /** As handed to git. */
      readonly url: string;
    }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly url: string;
    }
  | { readonly kind: 'file'; readonly path: string; readonly url: string };

/** What is wrong with a URL, as one sentence for people. */
export interface UrlProblem {
  readonly problem: string;
}

/**
 * Understands `https://`, `http://`, `ssh://`, `file://`, absolute paths, and the short form of ssh,
 * `user@host:path`. Everything else git would take for a transport of its own or for a program.
 */
export function parseRemoteUrl(text: string): Remote | UrlProblem {
  if (text.includes(' ') || hasControls(text))
    return { problem: 'the URL holds spaces or control characters' };
  if (text.startsWith('/')) return toFile(text);
  const short = /^(?:([^@/:]+)@)?([^@/:[\]]+|\[[^\]]+\]):(?!\/\/|:)(.+)$/.exec(text);
  const parsed = URL.parse(short ? toSshUrl(short) : text);
  if (!parsed) return { problem: 'the URL cannot be read' };
  switch (parsed.protocol) {
    case 'https:':
    case 'http:':
      return toHttp(parsed);
    case 'ssh:':
    case 'git+ssh:':
      return toSsh(parsed);
    case 'file:':
      return parsed.host === ''
        ? toFile(decode(parsed.pathname))
        : { problem: 'the URL of a file names a host' };
    default:
      return { problem: 'the URL is none of https, ssh and file' };
  }
}

function toSshUrl([, user, host = '', path = '']: RegExpExecArray): string {
  const login = user === undefined ? '' : `${user}@`;
  // A path of the short form is relative to the home folder unless it begins with a slash.
  return `ssh://${login}${host}/${path.startsWith('/') ? path.slice(1) : `~/${path}`}`;
}

function toHttp(url: URL): Remote | UrlProblem {
  if (url.password !== '') {
    return { problem: 'the URL holds a password: put it into a secret and name that' };
  }
  const kind = url.protocol === 'https:' ? 'https' : 'http';
  const host = url.hostname;
  const port = Number(url.port || (kind === 'https' ? 443 : 80));
  // A user name alone is no secret, and without a credential of no use.
  return { kind, host, port, url: `${url.origin}${url.pathname}${url.search}` };
}

function toSsh(url: URL): Remote | UrlProblem {
  if (url.password !== '') return { problem: 'the URL holds a password: ssh takes keys only' };
  const user = (decode(url.username) ?? '-') || 'git';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const path = url.pathname;
  // What begins with a dash would be an option of ssh.
  if (!/^[\w.][\w.-]*$/.test(user) || !/^[\w:.][\w:.-]*$/.test(host)) {
    return { problem: 'the user or the host of the URL has characters that ssh does not take' };
  }
  if (path.length < 2 || path.startsWith('/-')) return { problem: 'the URL has no path' };
  return {
    kind: 'ssh',
    user,
    host,
    port: Number(url.port || 22),
    url: `ssh://${user}@${url.host}${path}`,
  };
}

function toFile(path: string | undefined): Remote | UrlProblem {
  if (path === undefined || hasControls(path)) return { problem: 'the path cannot be read' };
  return { kind: 'file', path, url: pathToFileURL(path).href };
}

/** `undefined` where a percent sign begins no code. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
