import type { StackDefinition } from '@trueup/engine';

/**
 * Adds the stacks that take in outputs of these, or are reached by them, directly or through others. In
 * the order of `all`.
 */
export function withConsumers(
  work: readonly StackDefinition[],
  all: readonly StackDefinition[],
): readonly StackDefinition[] {
  const names = new Set(work.map(({ name }) => name));
  for (let before = -1; before < names.size; ) {
    before = names.size;
    for (const definition of all) {
      if (sourcesOf(definition).some((source) => names.has(source))) names.add(definition.name);
    }
  }
  return all.filter(({ name }) => names.has(name));
}

function sourcesOf({ inputs, reachedBy = [] }: StackDefinition): readonly string[] {
  const takenIn = Object.values(inputs).flatMap((input) =>
    input.kind === 'output' ? [input.stack] : [],
  );
  return [...takenIn, ...reachedBy];
}
