/** How an adoption is called and told of. Pure; holds no values, since what it changes shows them. */
import { hash } from 'node:crypto';

import { formatFieldPath, formatJson } from '@trueup/diagnostics';
import { codeSpan, parseStackId, prose, type StackId, visibleText } from '@trueup/engine';

import type { AdoptedField, Adoption, RefusedField } from './adoption.ts';
import { changedLines } from './format-patch.ts';

/** `drift` where a rule asked for it, `adopt` where a person did. */
export type BranchKind = 'drift' | 'adopt';

/** Of what it changes, whatever else of the files moves meanwhile. */
export function digestAdoption({ stack, files }: Pick<Adoption, 'stack' | 'files'>): string {
  const changed = files.map((file) => [file.path, ...changedLines(file)]);
  return hash('sha256', formatJson([stack, ...changed]));
}

export function branchOf(kind: BranchKind, stack: StackId, digest: string): string {
  return `${prefixOf(kind, stack)}${digest.slice(0, 12)}`;
}

/** Whether such a branch is of this stack, and of this kind. */
export function isBranchOf(branch: string, kind: BranchKind, stack: StackId): boolean {
  const prefix = prefixOf(kind, stack);
  return branch.startsWith(prefix) && /^[0-9a-f]{12}(?:-\d+)?$/.test(branch.slice(prefix.length));
}

/** What git and all forges take; two stacks whose names differ in other letters alone are told apart. */
function prefixOf(kind: BranchKind, stack: StackId): string {
  const { name } = parseStackId(stack);
  const plain = name.replace(/[^\w-]+/g, '-').slice(0, 60);
  const mark = plain === name ? '' : `-${hash('sha256', name).slice(0, 6)}`;
  return `${kind}-${plain}${mark}-`;
}

export function titleOf({ stack, fields }: Pick<Adoption, 'stack' | 'fields'>): string {
  const ids = [...new Set(fields.map(({ id }) => id))];
  const [first = ''] = ids;
  const what = ids.length === 1 ? visibleText(first, 120) : `${ids.length} resources`;
  return `Adopt drift of ${visibleText(stack, 100)}: ${what}`;
}

export interface AdoptionPlace {
  /** Of the page of the stack, where its drift is listed. */
  readonly url: string | undefined;
  /** Who asked for it. */
  readonly by: string;
}

export function describeAdoption(adoption: Adoption, { url, by }: AdoptionPlace): string {
  const { stack, fields, refused, readers } = adoption;
  const shown = codeSpan(stack);
  const asker = by === 'trueup' ? 'A rule asks for it.' : `${codeSpan(by)} asked for it.`;
  const kept = fields.length === 1 ? 'A field left' : `${fields.length} fields left`;
  return [
    `${kept} what Git asks for in ${url === undefined ? shown : `[${shown}](${url})`}. This takes what was observed into Git. ${asker}`,
    '',
    ...section(fields, describeField),
    ...(refused.length === 0
      ? []
      : ['', '**Not adopted**', '', ...section(refused, describeRefusal)]),
    ...(readers.length === 0 ? [] : ['', describeReaders(readers)]),
  ].join('\n');
}

/** More are counted: forges bound texts. */
const mostLines = 100;

function section<T>(all: readonly T[], line: (one: T) => string): readonly string[] {
  const rest = all.length - mostLines;
  const lines = all.slice(0, mostLines).map(line);
  return rest > 0 ? [...lines, `- and ${rest} more`] : lines;
}

function describeField({ id, path, origin, writer }: AdoptedField): string {
  const place = codeSpan(`${origin.file}:${origin.line}`);
  const at = writer?.writtenAt === undefined ? '' : ` at ${prose(writer.writtenAt)}`;
  const who = writer ? `, written by ${codeSpan(writer.name)}${at}` : '';
  return `- ${codeSpan(id)} ${codeSpan(formatFieldPath(path))} (${place})${who}`;
}

function describeRefusal({ id, path, reason }: RefusedField): string {
  const field = path.length === 0 ? '' : ` ${codeSpan(formatFieldPath(path))}`;
  return `- ${codeSpan(id)}${field}: ${reason}`;
}

function describeReaders(readers: readonly StackId[]): string {
  const named = readers.slice(0, 20).map(codeSpan).join(', ');
  const more = readers.length > 20 ? ` and ${readers.length - 20} more` : '';
  return `These stacks read the same files, so that their plans are part of this: ${named}${more}.`;
}
