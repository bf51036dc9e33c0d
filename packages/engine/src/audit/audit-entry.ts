import { hash } from 'node:crypto';

import { formatJson, type JsonObject } from '@trueup/diagnostics';

/**
 * One line of the audit chain (P6). `link` covers the line and the link before it, so that a line
 * that was changed, taken out or put in shows.
 */
export interface AuditEntry {
  /** Counts from 1, without gaps. */
  readonly sequence: number;
  readonly at: string;
  /** As in `Run.requestedBy`. */
  readonly actor: string;
  /** `noun:phase`, for example `approval:given`. */
  readonly event: string;
  /** What it is about: a stack, a repository, a member. */
  readonly subject: string;
  /** Without secrets. */
  readonly detail: JsonObject;
  readonly link: string;
}

export type AuditLine = Omit<AuditEntry, 'sequence' | 'link'>;

/** The link of a first line has nothing before it. */
export const firstLink = '';

export function linkAudit(before: string, sequence: number, line: AuditLine): AuditEntry {
  const { at, actor, event, subject, detail } = line;
  const text = formatJson({ before, sequence, at, actor, event, subject, detail });
  return { sequence, ...line, link: `sha256:${hash('sha256', text)}` };
}

/** Says that the oldest lines are gone by a rule, and what the chain was at then. */
const trimmedEvent = 'audit:trimmed';

/** The line to write when all lines up to `last` go. */
export function describeTrim(last: AuditEntry, lines: number, at: string): AuditLine {
  const { sequence: through, link, at: newest } = last;
  const detail = { lines, through, link, newest };
  return { at, actor: 'trueup', event: trimmedEvent, subject: 'audit', detail };
}

/**
 * The first sequence number that does not fit to the line before it; `undefined` if all do. A chain
 * whose beginning is gone is whole when one of its own lines says so; a later page of one is given the
 * link `before` it.
 */
export function findTampering(
  entries: readonly AuditEntry[],
  before: string = linkBefore(entries),
): number | undefined {
  let link = before;
  for (const entry of entries) {
    const { sequence, link: claimed, ...line } = entry;
    if (linkAudit(link, sequence, line).link !== claimed) return sequence;
    link = claimed;
  }
  return undefined;
}

function linkBefore(entries: readonly AuditEntry[]): string {
  const through = (entries[0]?.sequence ?? 1) - 1;
  const links = entries.map((one) => vouchedLink(one, through));
  return links.findLast((link) => link !== undefined) ?? firstLink;
}

/** The link of line `through`, when the entry says that all lines up to that one went by a rule. */
export function vouchedLink({ event, detail }: AuditEntry, through: number): string | undefined {
  if (through < 1 || event !== trimmedEvent || detail['through'] !== through) return undefined;
  const { link } = detail;
  return typeof link === 'string' ? link : undefined;
}
