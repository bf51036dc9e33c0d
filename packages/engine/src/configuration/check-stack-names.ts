/** Holds the names that stacks have, had and no longer have against each other. */
import type { Configuration, RemovedStack, StackDefinition } from './configuration.ts';
import { matchGlob } from './match-glob.ts';
import { type Findings, quote, reportAt } from './place.ts';

export interface NameCheck {
  readonly configuration: Pick<Configuration, 'stacks' | 'removed' | 'complete'>;
  readonly findings: Findings;
  /** Grows by the stacks that cannot go on. */
  readonly broken: Set<string>;
}

/** The stacks and removals that contradict nothing. */
export function checkNames(
  written: readonly StackDefinition[],
  check: NameCheck,
): { readonly stacks: readonly StackDefinition[]; readonly removed: readonly RemovedStack[] } {
  const named = keepUnique(written, check);
  const stacks = keepFormer(named, written, check);
  return { stacks, removed: keepRemoved(written, check) };
}

/** Whether a name is one of these, or one that these patterns with placeholders could make. */
export function isNamed(name: string, patterns: Iterable<string>): boolean {
  for (const pattern of patterns) {
    if (pattern === name) return true;
    if (pattern.includes('{') && matchGlob(name, pattern.replaceAll(/\{[^{}]*\}/g, '*')))
      return true;
  }
  return false;
}

export function breakStack(
  { name, formerly }: Pick<StackDefinition, 'name' | 'formerly'>,
  broken: Set<string>,
): void {
  broken.add(name);
  if (formerly !== undefined) broken.add(formerly);
}

function keepUnique(
  written: readonly StackDefinition[],
  { configuration, findings, broken }: NameCheck,
): readonly StackDefinition[] {
  const groups = Map.groupBy(written, ({ name }) => name);
  const patterns = new Map(configuration.stacks.map(({ index, name }) => [index, name]));
  return [...groups].flatMap(([name, group]) => {
    const [only, other] = group;
    if (only && !other && !broken.has(name)) return [only];
    const last = group.at(-1) ?? only;
    const makers = [...new Set(group.map(({ index }) => quote(patterns.get(index) ?? name)))];
    const others = makers.length > 1 ? `: by ${makers.join(' and ')}` : '';
    reportAt(findings, ['stacks', last?.index ?? 0, 'name'], {
      code: 'CONFIG_STACK_TWICE',
      summary: `stack ${quote(name)}: is written more than once${others}`,
      advice: 'Give each stack a name of its own.',
    });
    for (const one of group) breakStack(one, broken);
    return [];
  });
}

/** A stack takes over what its former name owns, so that name is nobody else's. */
function keepFormer(
  stacks: readonly StackDefinition[],
  written: readonly StackDefinition[],
  { findings, broken }: NameCheck,
): readonly StackDefinition[] {
  const present = new Set(written.map(({ name }) => name));
  const heirs = Map.groupBy(written, ({ formerly }) => formerly);
  return stacks.filter((stack) => {
    const { name, formerly, index } = stack;
    if (formerly === undefined) return true;
    const rival = heirs.get(formerly)?.find((one) => one !== stack);
    if (!present.has(formerly) && !rival) return true;
    const why = present.has(formerly)
      ? 'which is a stack now'
      : `and so was ${quote(rival?.name ?? '')}`;
    reportAt(findings, ['stacks', index, 'formerly'], {
      code: 'CONFIG_FORMERLY_TAKEN',
      summary: `stack ${quote(name)}: was formerly ${quote(formerly)}, ${why}`,
      advice: 'Only one stack can go on where another one ended.',
    });
    breakStack(present.has(formerly) ? { name } : { name, formerly }, broken);
    return false;
  });
}

function keepRemoved(
  written: readonly StackDefinition[],
  { configuration, findings, broken }: NameCheck,
): readonly RemovedStack[] {
  const { removed, complete } = configuration;
  const present = new Set(written.map(({ name }) => name));
  const heirs = new Map(written.map(({ name, formerly }) => [formerly, name]));
  const groups = Map.groupBy(removed, ({ stack }) => stack);
  const good = [...groups].flatMap(([stack, [first, ...rest]]) => {
    if (!first) return [];
    const contradiction = rest.find(({ resources }) => resources !== first.resources);
    const heir = heirs.get(stack);
    const why =
      (present.has(stack) && 'it is written under `stacks` as well') ||
      (heir !== undefined && `${quote(heir)} was formerly this`) ||
      (contradiction && 'its resources are both to be deleted and to be kept');
    if (!why) return [keepOnce(first, rest, findings)];
    reportAt(findings, ['removed', (contradiction ?? first).index], {
      code: 'CONFIG_REMOVED_CONTRADICTION',
      summary: `removed ${quote(stack)}: ${why}`,
      advice: 'Nothing is removed until only one of them is left.',
    });
    return [];
  });
  const certain = good.filter(({ stack }) => complete && !isNamed(stack, broken));
  return certain.toSorted((a, b) => (a.stack < b.stack ? -1 : 1));
}

function keepOnce(
  first: RemovedStack,
  [again]: readonly RemovedStack[],
  findings: Findings,
): RemovedStack {
  if (again) {
    reportAt(findings, ['removed', again.index], {
      severity: 'warning',
      code: 'CONFIG_REMOVED_TWICE',
      summary: `removed ${quote(first.stack)}: is written more than once`,
      advice: 'Leave one of them.',
    });
  }
  return first;
}
