import { interpolate, type Lookup } from './interpolate.ts';
import { listOf, mapOf, type Remarks, scalarOf, type Tree, tagOf } from './tree.ts';

/** Fills variables into every text but keys, and remarks what is missing. */
export function interpolateTree(tree: Tree, lookup: Lookup, remarks: Remarks): Tree {
  switch (tree.kind) {
    case 'map':
      return mapOf(
        [...tree.members].map(([name, one]) => [name, interpolateTree(one, lookup, remarks)]),
        tree,
      );
    case 'list':
      return listOf(
        tree.items.map((one) => interpolateTree(one, lookup, remarks)),
        tree,
      );
    case 'scalar':
      return interpolateScalar(tree, lookup, remarks);
  }
}

function interpolateScalar(
  tree: Extract<Tree, { kind: 'scalar' }>,
  lookup: Lookup,
  remarks: Remarks,
): Tree {
  if (typeof tree.value !== 'string' || !tree.value.includes('$')) return tree;
  const { text, problems } = interpolate(tree.value, lookup);
  const { origin } = tree;
  for (const problem of problems) {
    if (problem.kind === 'malformed') {
      const summary = 'a `$` begins no variable';
      const advice = `Write \`$$\` for a dollar, \`$\{NAME}\` for a variable.`;
      remarks.add('error', 'COMPOSE_VARIABLE_INVALID', { origin }, { summary, advice });
    } else if (problem.kind === 'required') {
      const because = problem.message === '' ? '' : `: ${problem.message}`;
      const summary = `the variable \`${problem.name}\` has to be set${because}`;
      remarks.add('error', 'COMPOSE_VARIABLE_REQUIRED', { origin }, { summary });
    } else {
      const summary = `the variable \`${problem.name}\` is not set, so that it is empty`;
      const advice = `Write \`\${${problem.name}:-default}\`, or set it in \`.env\`, the stack's environment or its inputs.`;
      remarks.add('warning', 'COMPOSE_VARIABLE_UNSET', { origin }, { summary, advice });
    }
  }
  return { ...scalarOf(text, origin), ...tagOf(tree) };
}
