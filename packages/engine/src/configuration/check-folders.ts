/**
 * Finds stacks that would claim the same resources of one target: those in one folder that are
 * rendered alike, and those whose folder lies in that of another one. A renderer that reads but what
 * it is told to (kustomize) may tell the latter apart, so this warns, and planning decides.
 */
import { formatJson } from '@trueup/diagnostics';

import type { StackDefinition } from './configuration.ts';
import { type Findings, quote, reportAt } from './place.ts';

/** `namesTool`: whether a stack says which tool renders it. */
export function checkFolders(
  stacks: readonly StackDefinition[],
  namesTool: (stack: StackDefinition) => boolean,
  findings: Findings,
): void {
  const told = new Set<string>();
  const tell = (stack: StackDefinition, other: StackDefinition, how: string): void => {
    // Entries with patterns make many such pairs: one example of each says it all.
    const pair = `${stack.index} ${other.index}`;
    if (told.has(pair)) return;
    told.add(pair);
    reportAt(findings, ['stacks', stack.index, 'path'], {
      severity: 'warning',
      code: 'CONFIG_FOLDERS_OVERLAP',
      summary: `stack ${quote(stack.name)}: ${how} stack ${quote(other.name)}, and both go to ${quote(stack.target)}`,
      advice: 'A resource belongs to one stack: what both of them render is refused.',
    });
  };
  for (const ofTarget of Map.groupBy(stacks, ({ target }) => target).values()) {
    const byFolder = Map.groupBy(ofTarget, ({ path }) => path);
    for (const stack of ofTarget) {
      const same = byFolder.get(stack.path)?.find((one) => isBefore(one, stack));
      if (same && isRenderedAlike(same, stack)) tell(stack, same, 'has the folder of');
      const around = foldersAround(stack.path)
        .flatMap((folder) => byFolder.get(folder) ?? [])
        .find((one) => !namesTool(one));
      if (around) tell(stack, around, 'its folder lies in that of');
    }
  }
}

function isBefore(a: StackDefinition, b: StackDefinition): boolean {
  return a.index === b.index ? a.name < b.name : a.index < b.index;
}

/** One folder can make many releases of a chart. */
function isRenderedAlike(a: StackDefinition, b: StackDefinition): boolean {
  const textOf = ({ settings = null, inputs }: StackDefinition): string =>
    formatJson({ settings, inputs });
  return textOf(a) === textOf(b);
}

/** The nearest first, the root last; none for the root. */
function foldersAround(path: string): readonly string[] {
  if (path === '') return [];
  const parts = path.split('/');
  return parts.map((_part, index) => parts.slice(0, parts.length - 1 - index).join('/'));
}
