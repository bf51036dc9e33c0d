/** The parts of a resource's id, `kind/scope/name`, each escaped there as in a URL. */
export interface ResourceName {
  readonly kind: string;
  readonly scope: string;
  readonly name: string;
}

export function nameOfResource(id: string): ResourceName {
  const [kind = '', scope = '', name = ''] = id.split('/').map(unescapePart);
  return { kind, scope, name };
}

/** What is escaped wrongly is shown as it stands. */
function unescapePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `Deployment` of `apps/Deployment`: what people call it. */
export function shortKind(kind: string): string {
  return kind.split('/').at(-1) ?? kind;
}
