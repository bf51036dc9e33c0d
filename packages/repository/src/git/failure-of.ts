import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';
import type { ProgramResult } from '@trueup/programs';

/**
 * Translates the end of a git process. Git has no codes of its own, so its English messages are
 * matched; none of them is passed on, since they repeat URLs and what servers say.
 */
export function failureOf(
  { end, stderr }: Pick<ProgramResult, 'end' | 'stderr'>,
  subject: string,
): OperationError {
  if (end.kind === 'timed-out') {
    return new TransientError('REPOSITORY_TIMED_OUT', `${subject}: git took too long`, subject);
  }
  if (end.kind === 'output-too-long') {
    const message = `${subject}: not read: git's answer is too long`;
    return new StalledError('REPOSITORY_ANSWER_TOO_LONG', message, subject);
  }
  const text = Buffer.from(stderr).toString();
  const known = messages.find(({ pattern }) => pattern.test(text));
  if (known) {
    const Family = known.family === 'stalled' ? StalledError : TransientError;
    return new Family(known.code, `${subject}: ${known.say}`, subject);
  }
  const how = end.kind === 'exited' ? `exit code ${end.exitCode}` : end.signal;
  return new TransientError('REPOSITORY_GIT_FAILED', `${subject}: git failed: ${how}`, subject);
}

/** The remote uses the other hash; see `openMirror`. */
export const formatDiffers = 'REPOSITORY_FORMAT_DIFFERS';

/** See `bringRevision`. */
export const refMissing = 'REPOSITORY_REF_MISSING';

interface Known {
  readonly pattern: RegExp;
  readonly family: 'transient' | 'stalled';
  readonly code: string;
  readonly say: string;
}

/** The first match counts. Sources: git's and curl's messages, OpenSSH's, and those of GitHub and GitLab. */
const messages: readonly Known[] = [
  {
    pattern: /mismatched algorithms/,
    family: 'stalled',
    code: formatDiffers,
    say: 'not read: it uses another hash than its mirror',
  },
  {
    pattern: /^fatal: (?:no such path |file .* has only \d+ lines?)/m,
    family: 'stalled',
    code: 'REPOSITORY_LINE_MISSING',
    say: 'not read: there is no such line',
  },
  {
    pattern: /^fatal: bad object [0-9a-f]{40,64}$/m,
    family: 'stalled',
    code: 'REPOSITORY_REVISION_MISSING',
    say: 'not read: there is no such revision',
  },
  {
    pattern: /couldn't find remote ref/,
    family: 'stalled',
    code: refMissing,
    say: 'not read: the remote has no such ref',
  },
  {
    pattern: /refusing to merge unrelated histories/,
    family: 'stalled',
    code: 'REPOSITORY_UNRELATED',
    say: 'not merged: the two have no history in common',
  },
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    family: 'stalled',
    code: 'REPOSITORY_HOST_KEY_REFUSED',
    say: 'not reached: its host key is not among the known hosts of the credential',
  },
  {
    pattern:
      /could not read (?:Username|Password)|Authentication failed|Permission denied|Access denied|returned error: 40[13]|HTTP Basic: Access denied|Invalid username or/i,
    family: 'stalled',
    code: 'REPOSITORY_ACCESS_REFUSED',
    say: 'not read: the server refused the credential',
  },
  {
    pattern:
      /returned error: 404|not found|does not appear to be a git repository|does not exist|could not be found/i,
    family: 'stalled',
    code: 'REPOSITORY_NOT_FOUND',
    say: 'not read: there is no repository, or none that the credential may see',
  },
  {
    pattern: /returned error: 30\d/,
    family: 'stalled',
    code: 'REPOSITORY_MOVED',
    say: 'not read: the server redirects elsewhere: register the new URL',
  },
  {
    pattern: /dubious ownership/,
    family: 'stalled',
    code: 'REPOSITORY_OWNED_BY_OTHERS',
    say: 'not read: its folder belongs to another user',
  },
  {
    pattern: /certificate/i,
    family: 'stalled',
    code: 'REPOSITORY_CERTIFICATE_REFUSED',
    say: 'not reached: its certificate is not trusted',
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    family: 'transient',
    code: 'REPOSITORY_NO_ROOM',
    say: 'not read: no space is left on this machine',
  },
  {
    pattern: /fsck error|error in object|malformed object|\binvalid (?:tree|commit|blob|tag)\b/i,
    family: 'stalled',
    code: 'REPOSITORY_OBJECTS_REFUSED',
    say: 'not fetched: it holds objects that are broken or dangerous',
  },
  {
    pattern:
      /Could not resolve host|Failed to connect|Connection (?:refused|reset|closed|timed out)|timed out|early EOF|hung up|RPC failed|returned error: (?:5\d\d|429)|unable to access|Could not read from remote|Network is unreachable|No route to host/i,
    family: 'transient',
    code: 'REPOSITORY_UNREACHABLE',
    say: 'not reached: the connection failed',
  },
];
