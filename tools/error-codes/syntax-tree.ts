/** TypeScript as data: the parser's nodes, read member by member. */
import { isJsonList, isJsonObject, type JsonObject, readText } from '@trueup/diagnostics';
import { parseAst } from 'rolldown/parseAst';

export type Node = JsonObject & { readonly type: string };

export function parseTypeScript(text: string): Node {
  const program: unknown = parseAst(text, { lang: 'ts' });
  if (!isNode(program)) throw new Error('The parser gives no tree.');
  return program;
}

export function isNode(value: unknown): value is Node {
  return isJsonObject(value) && typeof value['type'] === 'string';
}

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (const name in node) {
    const value = node[name];
    if (isJsonList(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

/** The node itself, and all below it, in the order of the text. */
export function nodesIn(node: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (one: Node): void => {
    found.push(one);
    for (const child of childrenOf(one)) visit(child);
  };
  visit(node);
  return found;
}

/** One member that is a node. */
export function nodeAt(node: Node | undefined, name: string): Node | undefined {
  const value = node?.[name];
  return isNode(value) ? value : undefined;
}

/** One member that is a list of nodes; holes are left out. */
export function nodesAt(node: Node | undefined, name: string): readonly Node[] {
  const value = node?.[name];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier, a private one, or a plain text that stands in its place. */
export function nameOf(node: Node | undefined): string | undefined {
  return readText(node, 'name') ?? readText(node, 'value');
}
