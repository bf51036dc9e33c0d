/** What ansible-playbook says as text, as our two families of errors and as diagnostics. */
import {
  type Diagnostic,
  type Failure,
  type OperationError,
  StalledError,
  TransientError,
  toFailure,
} from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { TaskResult } from './client/parse-event.ts';
import type { RunReport } from './observe/run-report.ts';

type Mask = (text: string) => string;

/**
 * Why a run as a whole says nothing; `undefined` when it went to its end on at least one host. The exit code decides
 * nothing: it is 0 for a play without hosts, and 4 for a typing error as for a host that is down.
 */
export function explainEnd(report: RunReport, mask: Mask): OperationError | undefined {
  const { end, stats, said } = report;
  if (stats && stats.size > 0) return undefined;
  if (end.kind === 'timed-out') {
    return new TransientError(
      'ANSIBLE_TIMEOUT',
      'ansible-playbook: took longer than it may, and was stopped',
    );
  }
  if (end.kind === 'killed') {
    return new TransientError('ANSIBLE_KILLED', `ansible-playbook: was ended by ${end.signal}`);
  }
  if (matchesNothing(report)) {
    return new StalledError(
      'ANSIBLE_NO_HOSTS',
      'ansible-playbook: no play matches any host, so that nothing was looked at',
    );
  }
  const reason = firstError(said);
  if (stats) {
    return new StalledError(
      'ANSIBLE_NOTHING_RAN',
      'ansible-playbook: ended without having done anything on any host',
    );
  }
  return new StalledError(
    'ANSIBLE_REFUSED',
    `ansible-playbook: did not run: ${mask(reason ?? 'it does not say why')}`,
  );
}

export function matchesNothing({ said, stats, emptyPlays }: RunReport): boolean {
  if (/leaves us with no hosts to target|no hosts matched/i.test(said)) return true;
  return stats?.size === 0 && emptyPlays.length > 0;
}

/** What keeps the playbook from being read, with the line that Ansible names. */
export function explainUnreadable({ said }: RunReport, mask: Mask): Diagnostic {
  // Up to 2.18 the place is told in a sentence.
  const place =
    /Origin: ([^\s:<>]+):(\d+)(?::(\d+))?/.exec(said) ??
    /appears to be in '([^']+)': line (\d+), column (\d+)/.exec(said);
  const [, file, line, column] = place ?? [];
  const reason = firstError(said) ?? 'Ansible does not read it, and does not say why';
  return {
    severity: 'error',
    code: 'ANSIBLE_PLAYBOOK_INVALID',
    path: ['playbook'],
    summary: oneLine(mask(reason)),
    ...(file !== undefined &&
      !file.startsWith('/') && {
        origin: {
          file,
          line: Number(line),
          ...(column !== undefined && { column: Number(column) }),
        },
      }),
  };
}

/** Ours to write are files only: what the machine has no room for may work later. */
export function explainRoom(error: unknown): OperationError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new TransientError('ANSIBLE_NO_SPACE', 'ansible-playbook: not run: the disk is full');
  }
  const isFull = code === 'EMFILE' || code === 'ENFILE';
  return isFull
    ? new TransientError('ANSIBLE_NO_SPACE', 'ansible-playbook: not run: too many files are open')
    : undefined;
}

/** Why one step on one host did not go well. */
export function explainResult(result: TaskResult, id: ResourceId, mask: Mask): Failure {
  const said = oneLine(mask(result.message));
  if (/host key verification failed|host identification has changed/i.test(result.message)) {
    const message = `${result.host}: its ssh key is not the one that is known: nothing was done there`;
    return toFailure(new StalledError('ANSIBLE_HOST_KEY', message, id));
  }
  if (result.status === 'unreachable') {
    const message = `${result.host}: cannot be reached: ${said}`;
    return toFailure(new TransientError('ANSIBLE_HOST_UNREACHABLE', message, id));
  }
  const code = result.code === undefined ? '' : ` (exit code ${result.code})`;
  const why = result.censored || said === '' ? '' : `: ${said}`;
  const message = `${id}: the task failed${code}${why}`;
  return toFailure(new StalledError('ANSIBLE_TASK_FAILED', message, id));
}

function firstError(said: string): string | undefined {
  const line = said.split('\n').find((one) => /^\[?(?:ERROR|FATAL)/i.test(one));
  return line === undefined ? undefined : oneLine(line.replace(/^\[?ERROR\]?[!:]*\s*/i, ''));
}

const longestReason = 300;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
}
