/** Finds out whether stacks can come after each other as they say. */

import { adviseName } from '@trueup/diagnostics';
import { breakStack, isNamed } from './check-stack-names.ts';
import type { StackDefinition } from './configuration.ts';
import { type Findings, quote, reportAt, valueIn } from './place.ts';

export interface OrderCheck {
  readonly findings: Findings;
  /** Grows by the stacks that cannot go on. */
  readonly broken: Set<string>;
}

/** The stacks that come after present stacks only, and not after themselves. */
export function checkOrder(
  stacks: readonly StackDefinition[],
  check: OrderCheck,
): readonly StackDefinition[] {
  const left = new Map(stacks.map((stack) => [stack.name, stack]));
  breakUnknown(stacks, check);
  for (const { name } of stacks) if (check.broken.has(name)) left.delete(name);
  dropDependents(left, check);
  for (const cycle of findCycles(left)) {
    reportCycle(cycle, check.findings);
    for (const stack of cycle) {
      breakStack(stack, check.broken);
      left.delete(stack.name);
    }
  }
  dropDependents(left, check);
  return [...left.values()];
}

function breakUnknown(stacks: readonly StackDefinition[], { findings, broken }: OrderCheck): void {
  const names = stacks.map(({ name }) => name);
  const known = new Set(names);
  const lost = new Set(stacks.flatMap(({ after }) => after.filter((name) => !known.has(name))));
  const unknown = new Set([...lost].filter((name) => !isNamed(name, broken)));
  for (const stack of stacks) {
    const missing = stack.after.filter((name) => unknown.has(name));
    for (const name of missing) {
      reportAt(findings, placeOf(stack, name, findings), {
        code: 'CONFIG_AFTER_UNKNOWN',
        summary: `stack ${quote(stack.name)}: comes after ${quote(name)}, and there is no such stack`,
        advice: () => adviseName(name, names) ?? 'Name stacks of this file.',
      });
    }
    if (missing.length > 0) breakStack(stack, broken);
  }
}

/** What comes after something broken is broken, and so on. */
function dropDependents(left: Map<string, StackDefinition>, check: OrderCheck): void {
  const dependents = dependentsOf(left);
  const queue = [...left.values()].flatMap((stack) => {
    const cause = stack.after.find((name) => !left.has(name));
    return cause === undefined ? [] : [{ stack, cause }];
  });
  for (const { stack, cause } of queue) {
    if (!left.delete(stack.name)) continue;
    breakStack(stack, check.broken);
    reportAt(check.findings, placeOf(stack, cause, check.findings), {
      code: 'CONFIG_AFTER_BROKEN',
      summary: `stack ${quote(stack.name)}: comes after ${quote(cause)}, which has errors`,
      advice: `Mend ${quote(cause)} first.`,
    });
    const next = dependents.get(stack.name) ?? [];
    queue.push(...next.map((one) => ({ stack: one, cause: stack.name })));
  }
}

function dependentsOf(stacks: Stacks): ReadonlyMap<string, readonly StackDefinition[]> {
  const dependents = new Map<string, StackDefinition[]>();
  for (const stack of stacks.values()) {
    for (const name of stack.after) {
      const known = dependents.get(name);
      if (known) known.push(stack);
      else dependents.set(name, [stack]);
    }
  }
  return dependents;
}

/**
 * Cycles that have no stack in common: stacks of which each comes after the next, and the last one
 * after the first. Whatever else goes round meets one of them.
 */
function findCycles(left: Stacks): readonly (readonly StackDefinition[])[] {
  const settled = new Set<string>();
  const caught = new Set<string>();
  const cycles: (readonly StackDefinition[])[] = [];
  for (const start of left.values()) {
    for (const cycle of walk(start, left, settled)) {
      if (cycle.some(({ name }) => caught.has(name))) continue;
      for (const { name } of cycle) caught.add(name);
      cycles.push(cycle);
    }
  }
  return cycles;
}

type Stacks = ReadonlyMap<string, StackDefinition>;

/** Depth first; yields what leads back. Without recursion: chains may be as long as the file. */
function* walk(
  start: StackDefinition,
  left: Stacks,
  settled: Set<string>,
): Generator<readonly StackDefinition[]> {
  const path = [{ stack: start, next: 0 }];
  const onPath = new Map([[start.name, 0]]);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const name = top.stack.after[top.next];
    top.next += 1;
    if (name === undefined || settled.has(top.stack.name)) {
      settled.add(top.stack.name);
      onPath.delete(top.stack.name);
      path.pop();
      continue;
    }
    const from = onPath.get(name);
    const stack = settled.has(name) ? undefined : left.get(name);
    if (from !== undefined) yield path.slice(from).map((one) => one.stack);
    else if (stack) {
      onPath.set(name, path.length);
      path.push({ stack, next: 0 });
    }
  }
}

function reportCycle(cycle: readonly StackDefinition[], findings: Findings): void {
  const [first] = cycle;
  if (!first) return;
  const names = [...cycle, first].map(({ name }) => quote(name));
  const next = cycle[1]?.name ?? first.name;
  const shown = names.length > 12 ? [...names.slice(0, 10), '…', names.at(-1)] : names;
  reportAt(findings, placeOf(first, next, findings), {
    code: 'CONFIG_AFTER_CYCLE',
    summary: `stack ${quote(first.name)}: comes after itself: ${shown.join(' after ')}`,
    advice: 'Take one of these out of `after`, `inputs` or the settings of the target.',
  });
}

/** The line that says so: among `after`, or the input or target that implies it. */
function placeOf(
  { index, inputs, reachedBy = [] }: StackDefinition,
  name: string,
  { file }: Findings,
): readonly (string | number)[] {
  const input = Object.entries(inputs).find(
    ([, one]) => one.kind === 'output' && one.stack === name,
  );
  const after = ['stacks', index, 'after'];
  const written = valueIn(file.value, after);
  const listed = Array.isArray(written) ? written.indexOf(name) : -1;
  if (listed >= 0) return [...after, listed];
  if (input) return ['stacks', index, 'inputs', input[0]];
  return reachedBy.includes(name) ? ['stacks', index, 'target'] : after;
}
