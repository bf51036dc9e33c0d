/** What one change looks like in a comment: lines for a `diff` fence. */
import { formatFieldPath, formatJson, type Json } from '@trueup/diagnostics';
import { type Change, type FieldChange, parseResourceId } from '@trueup/provider-sdk';

import { visibleText } from './markdown.ts';

/** By how much it wants to be seen: the lower, the sooner. */
export function weightOf({ action, hazards }: Change): number {
  if (action === 'delete') return 0;
  if (action === 'replace') return 1;
  if (hazards.includes('destroys-data')) return 2;
  if (hazards.length > 0) return 3;
  return ['take-over', 'execute', 'update', 'create'].indexOf(action) + 4;
}

/** `update Deployment.apps shop/web (restarts)`, marked for `diff`. */
export function headLine(change: Change): string {
  return headLineOf(change, nameOf(change));
}

function headLineOf({ action, hazards, confidence }: Change, name: string): string {
  const remarks = [...hazards, ...(confidence === 'certain' ? [] : [confidence])];
  const remark = remarks.length > 0 ? ` (${remarks.join(', ')})` : '';
  return `${signs[action]} ${words[action]} ${name}${remark}`;
}

/** Of changes that read the same but for their scope: `update copy motd in web-1, web-2 and 35 more`. */
export function groupedHeadLine(changes: readonly [Change, ...Change[]]): string {
  const [first] = changes;
  if (changes.length === 1) return headLine(first);
  const { kind, name } = parseResourceId(first.id);
  const shownScopes = changes.slice(0, 5).map(({ id }) => parseResourceId(id).scope);
  const more = changes.length - shownScopes.length;
  const scopes = more > 0 ? `${shownScopes.join(', ')} and ${more} more` : shownScopes.join(', ');
  return headLineOf(first, visibleText(`${kind} ${name} in ${scopes}`));
}

/** `Deployment.apps shop/web`. */
export function nameOf({ id }: Pick<Change, 'id'>): string {
  const { kind, scope, name } = parseResourceId(id);
  return visibleText(`${kind} ${scope === '' ? name : `${scope}/${name}`}`);
}

/** Below the head line: why, and a line for each side of each field. */
export function linesOfFields({ reason, fields }: Change): readonly string[] {
  const why = reason === undefined ? [] : [`# ${visibleText(reason)}`];
  return [...why, ...fields.flatMap(linesOfField)];
}

const signs: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '!',
  replace: '!',
  delete: '-',
  'take-over': '!',
  execute: '!',
  none: ' ',
};

const words: Readonly<Record<Change['action'], string>> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  'take-over': 'take over',
  execute: 'run',
  none: 'keep',
};

/** A body as a whole shows as its digest, which tells people nothing. */
function linesOfField(field: FieldChange): readonly string[] {
  if (field.path.length === 0) return [];
  const path = visibleText(formatFieldPath(field.path));
  const { before, generated } = field;
  const remark = generated ? '  # the target adds it by itself' : '';
  const after = afterOf(field);
  return [
    ...(before === undefined ? [] : [`-   ${path}: ${shown(before, field)}`]),
    ...(after === undefined ? [] : [`+   ${path}: ${after}${remark}`]),
  ];
}

function afterOf(field: FieldChange): string | undefined {
  if (field.unknown) return '(known after it is applied)';
  return field.after === undefined ? undefined : shown(field.after, field);
}

function shown(value: Json, { sensitive }: FieldChange): string {
  return sensitive ? '(secret)' : visibleText(formatJson(value), 300);
}
