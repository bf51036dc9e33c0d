import type { ActionName, ChangeReport } from '../report/plan-report.ts';
import { count } from './count.ts';
import { fieldLines, type ViewOptions } from './field-lines.ts';
import type { ChangeGroup } from './group-changes.ts';
import { type Line, type Span, span, type Tone } from './line.ts';
import { resourceSpans } from './resource-span.ts';
import { withRemark } from './side-by-side.ts';

/** How an action reads: a sign, and a word for those who see no colours. */
export const actionLooks: Readonly<
  Record<ActionName, { readonly sign: string; readonly word: string; readonly tone: Tone }>
> = {
  create: { sign: '+', word: 'create', tone: 'create' },
  update: { sign: '~', word: 'update', tone: 'update' },
  replace: { sign: '±', word: 'REPLACE', tone: 'replace' },
  delete: { sign: '-', word: 'DELETE', tone: 'delete' },
  'take-over': { sign: '!', word: 'TAKE OVER', tone: 'take-over' },
  execute: { sign: '»', word: 'run', tone: 'execute' },
  none: { sign: ' ', word: 'leave', tone: 'dim' },
};

const mostFields = 12;
const wordWidth = 10;

/** One change, or many that read the same, with all that is to be known of it. */
export function changeLines(group: ChangeGroup, options: ViewOptions): readonly Line[] {
  const [first, ...others] = group;
  const fields = first.fields.filter(({ path }) => path !== '');
  const shown = options.all ? fields : fields.slice(0, mostFields);
  const hidden = fields.length - shown.length;
  const more: readonly Line[] =
    hidden > 0 ? [[span(`      … ${count(hidden, 'more field')} (--all shows them)`, 'dim')]] : [];
  const heads = others.length === 0 ? headOf(first, options.width) : headOfMany(group, options);
  const { reason } = first;
  const why: readonly Line[] = reason === undefined ? [] : [[span(`      ${reason}`, 'dim')]];
  return [
    ...heads,
    ...why,
    ...shown.flatMap((field) => fieldLines(field, first.origin?.file, options)),
    ...more,
  ];
}

function headOf(change: ChangeReport, width: number): readonly Line[] {
  const { origin } = change;
  const left = [...actionSpans(change), ...resourceSpans(change), ...notesOf(change)];
  return withRemark(left, origin ? [span(`${origin.file}:${origin.line}`, 'dim')] : [], width);
}

function headOfMany(group: ChangeGroup, { width, all }: ViewOptions): readonly Line[] {
  const [first] = group;
  const scopes = new Set(group.map(({ scope }) => scope));
  const oneScope = scopes.size === 1 && first.scope !== '';
  const oneName = scopes.size > 1 && group.every(({ name }) => name === first.name);
  const names = group.map(({ scope, name }) => {
    if (oneName) return scope;
    return oneScope || scope === '' ? name : `${scope}/${name}`;
  });
  const left: Line = [
    ...actionSpans(first),
    span(`${group.length} × `, 'strong'),
    span(first.kind, 'dim'),
    ...(oneName ? [span(' '), span(first.name, 'strong'), span(' in', 'dim')] : []),
    ...(oneScope ? [span(' in ', 'dim'), span(first.scope, 'strong')] : []),
    ...notesOf(first),
  ];
  const indent = ' '.repeat(6);
  return [
    left,
    ...nameLines(names, width - indent.length, all).map((text) => [span(indent), span(text)]),
  ];
}

/** As many names as fit on two lines, or all of them. */
function nameLines(names: readonly string[], width: number, all: boolean): readonly string[] {
  const room = 2 * width - '… and 10,000 more'.length - width / 4;
  let used = 0;
  const fitting = names.findIndex((name) => {
    used += name.length + 2;
    return used > room;
  });
  if (all || fitting < 0) return wrapNames(names, width);
  const shown = Math.max(fitting, 1);
  return wrapNames([...names.slice(0, shown), `… and ${names.length - shown} more`], width);
}

function wrapNames(names: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 3 <= width) {
      lines[lines.length - 1] = `${last}, ${name}`;
    } else {
      lines.push(name);
    }
  }
  return lines.map((one, index) => (index < lines.length - 1 ? `${one},` : one));
}

function actionSpans({ action }: ChangeReport): readonly Span[] {
  const { sign, word, tone } = actionLooks[action];
  return [span(`  ${sign} ${word.padEnd(wordWidth)}`, tone)];
}

/** What people have to know before they say yes. */
function notesOf({ hazards, confidence, cause }: ChangeReport): readonly Span[] {
  const words = hazards.map((hazard) => hazard.replaceAll('-', ' '));
  return [
    ...(words.length > 0 ? [span(`  ${words.join(', ')}`, 'warn')] : []),
    ...(cause === 'drift' ? [span('  drifted', 'accent')] : []),
    ...(confidence === 'certain' ? [] : [span(`  ${confidence}`, 'dim')]),
  ];
}
