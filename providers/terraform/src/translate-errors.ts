/**
 * Turns what the tool complains of into diagnostics and failures.
 *
 * Its texts may repeat values, also such as no schema marks: secrets that are known are masked, and of
 * what a provider says about a resource only the headline is passed on. What the tool itself says (of a
 * line of the files, or of no resource) is passed on with its explanation.
 */
import { posix } from 'node:path';

import {
  type Diagnostic,
  type JsonObject,
  type OperationError,
  type Origin,
  readObject,
  readText,
  StalledError,
  TransientError,
} from '@trueup/diagnostics';

import { oneLine } from './plan/find-gaps.ts';
import type { KnownSecrets } from './plan/known-secrets.ts';
import type { CallEnd } from './terraform-client.ts';

export interface Complaint {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  readonly address: string | undefined;
  readonly place:
    | { readonly file: string; readonly line: number; readonly column: number }
    | undefined;
}

/** The complaints among the lines that the tool printed, in their order. */
export function readComplaints(events: readonly JsonObject[]): readonly Complaint[] {
  return events.flatMap((event): readonly Complaint[] => {
    if (event['type'] !== 'diagnostic') return [];
    const diagnostic = readObject(event['diagnostic']);
    const range = readObject(diagnostic['range']);
    const start = readObject(range['start']);
    const file = readText(range['filename']);
    const { line, column } = start;
    return [
      {
        severity: diagnostic['severity'] === 'warning' ? 'warning' : 'error',
        summary: readText(diagnostic['summary']) ?? 'The tool complains',
        detail: readText(diagnostic['detail']) ?? '',
        address: readText(diagnostic['address']),
        place:
          file !== undefined && typeof line === 'number'
            ? { file, line, column: typeof column === 'number' ? column : 1 }
            : undefined,
      },
    ];
  });
}

export interface TranslateContext {
  readonly secrets: KnownSecrets;
  /** The stack's folder: files are named from there. */
  readonly root: string;
  /** What it is about. */
  readonly subject: string;
}

/** What a person has to mend in the files, and warnings. */
export function toDiagnostics(
  complaints: readonly Complaint[],
  { secrets, root }: TranslateContext,
): readonly Diagnostic[] {
  return complaints.map((complaint) => {
    const { severity, summary, place, address } = complaint;
    const about = place === undefined && address !== undefined ? `${address}: ` : '';
    const origin = place && originOf(place, root);
    return {
      severity,
      code: severity === 'error' ? 'TERRAFORM_CONFIGURATION' : 'TERRAFORM_WARNING',
      path: [],
      summary: oneLine(secrets.mask(`${about}${summary}${explanation(complaint)}`)),
      ...(origin && { origin }),
    };
  });
}

/** `undefined` for what is no file of the repository: ours, and what the tool fetched. */
function originOf(
  { file, line, column }: NonNullable<Complaint['place']>,
  root: string,
): Origin | undefined {
  const path = posix.join(root, file);
  const isOurs = !(path.startsWith('..') || file.includes('trueup_override'));
  return isOurs ? { file: path, line, column } : undefined;
}

/** Whether only somebody who edits the files can help. */
export function isConfigurationError(complaints: readonly Complaint[]): boolean {
  const errors = complaints.filter(({ severity }) => severity === 'error');
  return (
    errors.length > 0 && errors.every(({ place, ...one }) => place !== undefined && !isPassing(one))
  );
}

/** The saved plan was made from a state that has moved on. */
export function isStale(complaints: readonly Complaint[]): boolean {
  return complaints.some(
    ({ summary }) =>
      summary === 'Saved plan is stale' || summary === 'Saved plan does not match the given state',
  );
}

export function toFailedCall(
  end: CallEnd,
  complaints: readonly Complaint[],
  { secrets, subject }: TranslateContext,
): OperationError {
  if (end.kind === 'no-space' || complaints.some(isOutOfSpace)) {
    return new TransientError('TERRAFORM_NO_SPACE', `${subject}: the disk is full`, subject);
  }
  if (end.kind === 'killed') {
    return new TransientError(
      'TERRAFORM_KILLED',
      `${subject}: the tool was killed, or took too long`,
      subject,
    );
  }
  const errors = complaints.filter(({ severity }) => severity === 'error');
  const locked = errors.find(({ summary }) => summary === 'Error acquiring the state lock');
  if (locked) return toLocked(locked, { secrets, subject });
  const [first] = errors;
  if (!first) {
    return new TransientError(
      'TERRAFORM_NO_ANSWER',
      `${subject}: the tool failed, and did not say why`,
      subject,
    );
  }
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const about = first.address === undefined ? '' : `${first.address}: `;
  const message =
    oneLine(secrets.mask(`${subject}: ${about}${first.summary}${explanation(first)}`)) + more;
  if (errors.some(isPassing)) return new TransientError('TERRAFORM_UNREACHABLE', message, subject);
  return new StalledError('TERRAFORM_FAILED', message, subject);
}

/** Of the tool itself: about a line of the files, or about no resource at all. */
function explanation({ place, address, detail }: Complaint): string {
  const isOwnWord = place !== undefined || address === undefined;
  return isOwnWord && detail !== '' ? `: ${detail}` : '';
}

/** Never forced: whoever holds it may be in the middle of a write. */
function toLocked(
  { detail }: Complaint,
  { secrets, subject }: Pick<TranslateContext, 'secrets' | 'subject'>,
): OperationError {
  const read = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}:[ \\t]*(\\S[^\\n]{0,200})`, 'm').exec(detail)?.[1]?.trim();
  const [who, since, operation] = [read('Who'), read('Created'), read('Operation')];
  const by = who === undefined ? 'somebody else' : secrets.mask(who);
  const during = operation === undefined ? '' : `, ${operation}`;
  const from = since === undefined ? '' : ` since ${since}`;
  const message = oneLine(`${subject}: the state is locked by ${by}${from}${during}`);
  return new TransientError('TERRAFORM_STATE_LOCKED', message, subject);
}

/** Texts of many providers: what the network or a busy service says. */
function isPassing({ summary, detail }: Pick<Complaint, 'summary' | 'detail'>): boolean {
  const text = `${summary} ${detail}`;
  return /timed? ?out|deadline exceeded|connection (?:refused|reset)|no such host|unexpected EOF|TLS handshake|too many requests|throttl|rate exceeded|temporarily unavailable|service unavailable|bad gateway|\b(?:429|502|503|504)\b/i.test(
    text,
  );
}

function isOutOfSpace({ summary, detail }: Complaint): boolean {
  return /no space left on device|disk quota exceeded/i.test(`${summary} ${detail}`);
}
