/**
 * Knows where a code can stand, so that nothing else is taken for one:
 *
 * - the argument for a parameter that is named `code` (of functions, methods and constructors);
 * - a member `code`, a default for one, and what a type says it may be;
 * - what a constant, a table or a function gives that stands in one of these places.
 */
import { type Node, nameOf, nodeAt, nodesAt, nodesIn } from './syntax-tree.ts';

export interface Definitions {
  /** By name, the values that constants of this name begin with. */
  readonly values: ReadonlyMap<string, readonly Node[]>;
  /** By name, functions and methods; classes by their constructor. */
  readonly functions: ReadonlyMap<string, readonly Node[]>;
}

export function isCodeName(name: string | undefined): boolean {
  return name !== undefined && /^(?:code|[a-z]\w*Code)$/.test(name);
}

const codePattern = /^[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*$/;

export function isCode(text: string): boolean {
  return codePattern.test(text);
}

/** @param nodes All nodes of the programs that are looked at. */
export function findDefinitions(nodes: readonly Node[]): Definitions {
  const values = new Map<string, Node[]>();
  const functions = new Map<string, Node[]>();
  const note = (into: Map<string, Node[]>, name: string | undefined, node: Node | undefined) => {
    if (name !== undefined && node) into.set(name, [...(into.get(name) ?? []), node]);
  };
  for (const node of nodes) {
    switch (node.type) {
      case 'VariableDeclarator': {
        const init = nodeAt(node, 'init');
        const isFunction = init?.type === 'ArrowFunctionExpression';
        note(isFunction ? functions : values, nameOf(nodeAt(node, 'id')), init);
        break;
      }
      case 'FunctionDeclaration':
        note(functions, nameOf(nodeAt(node, 'id')), node);
        break;
      case 'MethodDefinition':
        note(functions, nameOf(nodeAt(node, 'key')), nodeAt(node, 'value'));
        break;
      case 'ClassDeclaration':
        note(functions, nameOf(nodeAt(node, 'id')), constructorOf(node));
        break;
      default:
    }
  }
  return { values, functions };
}

function constructorOf(node: Node): Node | undefined {
  const members = nodesAt(nodeAt(node, 'body'), 'body');
  return nodeAt(
    members.find((member) => member['kind'] === 'constructor'),
    'value',
  );
}

/** Where among the arguments of a call the code stands. */
export function codeArgumentOf(node: Node, { functions }: Definitions): Node | undefined {
  const callee = nodeAt(node, 'callee');
  if (callee?.type === 'Super') return nodesAt(node, 'arguments')[0];
  const name =
    callee?.type === 'MemberExpression' ? nameOf(nodeAt(callee, 'property')) : nameOf(callee);
  if (name === undefined) return undefined;
  const known = (functions.get(name) ?? []).map((one) =>
    nodesAt(one, 'params').findIndex(isCodeParameter),
  );
  // Errors of ours without a constructor of their own have that of `OperationError`, whose code comes first.
  const inherits = node.type === 'NewExpression' && known.length === 0;
  const index = known.find((one) => one >= 0) ?? (inherits ? 0 : -1);
  const argument = nodesAt(node, 'arguments')[index];
  return argument?.type === 'ArrayExpression' ? undefined : argument;
}

function isCodeParameter(parameter: Node): boolean {
  const named = parameter.type === 'AssignmentPattern' ? nodeAt(parameter, 'left') : parameter;
  return named?.type === 'Identifier' && isCodeName(nameOf(named));
}

/** All codes that an expression can give. */
export function codesGivenBy(
  node: Node | undefined,
  definitions: Definitions,
  depth = 0,
): readonly string[] {
  if (!node || depth > 6) return [];
  const next = (one: Node | undefined) => codesGivenBy(one, definitions, depth + 1);
  switch (node.type) {
    case 'Literal': {
      const text = node['value'];
      return typeof text === 'string' && isCode(text) ? [text] : [];
    }
    case 'ConditionalExpression':
      return [...next(nodeAt(node, 'consequent')), ...next(nodeAt(node, 'alternate'))];
    case 'LogicalExpression':
      return [...next(nodeAt(node, 'left')), ...next(nodeAt(node, 'right'))];
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return next(nodeAt(node, 'expression'));
    case 'Identifier':
      return (definitions.values.get(nameOf(node) ?? '') ?? []).flatMap(next);
    case 'ObjectExpression':
      return nodesAt(node, 'properties').flatMap((one) => next(nodeAt(one, 'value')));
    case 'ArrayExpression':
      return nodesAt(node, 'elements').flatMap(next);
    case 'MemberExpression':
      return node['computed'] === true ? next(nodeAt(node, 'object')) : [];
    case 'CallExpression':
      return codesOfCall(node, definitions, depth);
    case 'NewExpression':
      return codesOfTable(node, definitions, depth);
    default:
      return [];
  }
}

/** What a function returns, or a table holds. */
function codesOfCall(node: Node, definitions: Definitions, depth: number): readonly string[] {
  const callee = nodeAt(node, 'callee');
  if (callee?.type === 'MemberExpression') {
    const isLookup = nameOf(nodeAt(callee, 'property')) === 'get';
    return isLookup ? codesGivenBy(nodeAt(callee, 'object'), definitions, depth + 1) : [];
  }
  const called = definitions.functions.get(nameOf(callee) ?? '') ?? [];
  return called.flatMap((one) =>
    returnsOf(one).flatMap((given) => codesGivenBy(given, definitions, depth + 1)),
  );
}

function returnsOf(node: Node): readonly Node[] {
  const body = nodeAt(node, 'body');
  if (!body) return [];
  if (body.type !== 'BlockStatement') return [body];
  const returns = nodesIn(body).filter(({ type }) => type === 'ReturnStatement');
  return returns.flatMap((one) => nodeAt(one, 'argument') ?? []);
}

/** Of `new Map([[key, value]])` the values: keys are others' words as a rule. */
function codesOfTable(node: Node, definitions: Definitions, depth: number): readonly string[] {
  if (nameOf(nodeAt(node, 'callee')) !== 'Map') return [];
  const [pairs] = nodesAt(node, 'arguments');
  return nodesAt(pairs, 'elements').flatMap((pair) =>
    codesGivenBy(nodesAt(pair, 'elements')[1], definitions, depth + 1),
  );
}

/** What a type says that a code may be. */
export function codesOfType(node: Node): readonly string[] {
  return nodesIn(node).flatMap((one) => {
    const text = one.type === 'TSLiteralType' ? nodeAt(one, 'literal')?.['value'] : undefined;
    return typeof text === 'string' && isCode(text) ? [text] : [];
  });
}
