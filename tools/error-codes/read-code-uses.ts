/** Finds the codes in one package's sources, and what each of them says where it stands. */
import {
  codeArgumentOf,
  codesGivenBy,
  codesOfType,
  type Definitions,
  findDefinitions,
  isCodeName,
} from './code-places.ts';
import { type Node, nameOf, nodeAt, nodesAt, nodesIn, parseTypeScript } from './syntax-tree.ts';

export interface CodeUse {
  readonly code: string;
  /** What it says, with `…` for what differs; empty where that is composed elsewhere. */
  readonly says: string;
}

/** All that stands in one source. */
export type SourceNodes = readonly Node[];

export function readNodes(texts: readonly string[]): readonly SourceNodes[] {
  return texts.map((text) => nodesIn(parseTypeScript(text)));
}

/** `contracts`: of other packages, whose functions are called with codes. */
export function readCodeUses(
  sources: readonly SourceNodes[],
  contracts: readonly SourceNodes[] = [],
): readonly CodeUse[] {
  const all = findDefinitions([...sources, ...contracts].flat());
  return sources.flatMap((nodes) => {
    const definitions = { ...all, values: valuesSeenIn(nodes, all) };
    return nodes.flatMap((node) => usesAt(node, definitions));
  });
}

/** A name means what its own file says it does, or what that imports. */
function valuesSeenIn(nodes: SourceNodes, all: Definitions): Definitions['values'] {
  const imported = nodes
    .filter(({ type }) => type === 'ImportSpecifier')
    .flatMap((node) => nameOf(nodeAt(node, 'local')) ?? []);
  const taken = imported.map((name) => [name, all.values.get(name) ?? []] as const);
  return new Map([...taken, ...findDefinitions(nodes).values]);
}

function usesAt(node: Node, definitions: Definitions): readonly CodeUse[] {
  switch (node.type) {
    case 'NewExpression':
    case 'CallExpression': {
      const argument = codeArgumentOf(node, definitions);
      const others = nodesAt(node, 'arguments').filter((one) => one !== argument);
      return toUses(
        codesGivenBy(argument, definitions),
        others.flatMap((one) => [sentenceOf(one), ...saidInObject(one)]),
      );
    }
    case 'ObjectExpression':
      return usesInObject(node, definitions);
    case 'AssignmentPattern':
      if (!isCodeName(nameOf(nodeAt(node, 'left')))) return [];
      return toUses(codesGivenBy(nodeAt(node, 'right'), definitions), []);
    case 'PropertyDefinition':
      if (!isCodeName(nameOf(nodeAt(node, 'key')))) return [];
      return toUses(codesGivenBy(nodeAt(node, 'value'), definitions), []);
    case 'VariableDeclarator':
      return usesInPair(node, definitions);
    case 'TSTypeAliasDeclaration':
      return /Code$/.test(nameOf(nodeAt(node, 'id')) ?? '') ? toUses(codesOfType(node), []) : [];
    case 'TSPropertySignature':
      return isCodeName(nameOf(nodeAt(node, 'key'))) ? toUses(codesOfType(node), []) : [];
    default:
      return [];
  }
}

/** `const [Family, code] = familyOf(error)` */
function usesInPair(node: Node, definitions: Definitions): readonly CodeUse[] {
  const id = nodeAt(node, 'id');
  const isPair =
    id?.type === 'ArrayPattern' && nodesAt(id, 'elements').map(nameOf).some(isCodeName);
  return isPair ? toUses(codesGivenBy(nodeAt(node, 'init'), definitions), []) : [];
}

function usesInObject(node: Node, definitions: Definitions): readonly CodeUse[] {
  const members = nodesAt(node, 'properties');
  const codes = members
    .filter((member) => isCodeName(nameOf(nodeAt(member, 'key'))))
    .flatMap((member) => codesGivenBy(nodeAt(member, 'value'), definitions));
  return toUses(codes, saidInObject(node));
}

function saidInObject(node: Node): readonly (string | undefined)[] {
  return nodesAt(node, 'properties')
    .filter((member) =>
      /^(?:summary|message|title|detail|say|what)$/.test(nameOf(nodeAt(member, 'key')) ?? ''),
    )
    .map((member) => sentenceOf(nodeAt(member, 'value')));
}

function toUses(
  codes: readonly string[],
  said: readonly (string | undefined)[],
): readonly CodeUse[] {
  const says = said.find((one) => one !== undefined) ?? '';
  return codes.map((code) => ({ code, says }));
}

/** A text with a blank and a word in it is a sentence for people. */
function sentenceOf(node: Node | undefined): string | undefined {
  const text = textOf(node);
  return text?.includes(' ') && /[a-z]/i.test(text) ? text : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal') {
    return typeof node['value'] === 'string' ? node['value'] : undefined;
  }
  if (node?.type === 'ArrowFunctionExpression') return textOf(nodeAt(node, 'body'));
  if (node?.type !== 'TemplateLiteral') return undefined;
  const parts = nodesAt(node, 'quasis').map((part) => String(nodeValue(part)));
  return parts.join('…').replaceAll(/\s+/g, ' ').trim();
}

function nodeValue(part: Node): unknown {
  const { value } = part;
  return typeof value === 'object' && value !== null && 'cooked' in value ? value['cooked'] : '';
}
