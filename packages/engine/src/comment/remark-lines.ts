/** What a plan says besides its steps, as lines of a comment. Like ones are one: fifty hosts say the same. */
import type { Diagnostic } from '@trueup/diagnostics';
import type { Gap } from '@trueup/provider-sdk';

import type { Sources } from '../plan/digest.ts';
import { nameOf } from './change-text.ts';
import { codeSpan, prose, visibleText } from './markdown.ts';

const mostLines = 10;

/** In the order in which the provider tells them: what matters most comes first. */
export function warningLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  const warnings = new Set(diagnostics.map(({ summary }) => summary));
  return bounded([...warnings].map((summary) => `- ${prose(visibleText(summary, 500))}`));
}

/** What a stack's content was taken from: its digest is not that of its changes alone. */
export function madeOf(sources: Sources = {}): string {
  const made = Object.entries(sources).map(([name, digest]) => {
    const short = digest.slice(0, 'sha256:'.length + 12);
    return `${codeSpan(name.replace(/^source:/, ''))} ${codeSpan(short)}`;
  });
  return made.length > 0 ? ` · made of ${made.join(', ')}` : '';
}

/** Those that say the same of several resources are one line. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const message = withoutSubject(gap);
    const group = groups.get(message);
    if (group) group.push(gap);
    else groups.set(message, [gap]);
  }
  const lines = [...groups].map(([message, group]) => {
    const whose = listSubjects(group);
    return `- Not looked into: ${whose === '' ? '' : `${whose}: `}${prose(message)}`;
  });
  return bounded(lines);
}

function listSubjects(gaps: readonly Gap[]): string {
  const names = gaps.flatMap(({ subject }) => (subject ? [nameOf({ id: subject })] : []));
  const shown = names.slice(0, 3).map(codeSpan);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Providers name the subject first. */
function withoutSubject({ subject, message }: Gap): string {
  const prefix = `${subject}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function bounded(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), `- and ${more} more`] : lines;
}
