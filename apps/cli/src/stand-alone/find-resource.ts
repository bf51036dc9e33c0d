import { findClosest } from '../closest.ts';
import { nameOf } from '../report/plan-report.ts';
import { UsageError } from '../usage-error.ts';

/** What somebody typed for a resource; absent parts match everything. */
export interface WantedResource {
  /** In lower case, with or without its group. */
  readonly kind: string;
  readonly scope?: string;
  readonly name: string;
}

/** @throws UsageError when it is none. */
export function wantedBy(text: string): WantedResource {
  const wanted = parseWanted(text);
  if (wanted) return wanted;
  throw new UsageError(`${text}: write a kind and a name, such as deployment/web.`);
}

/**
 * `deployment/web`, `Deployment.apps/shop/web`, `namespace//shop`. `undefined` when it is none of these.
 */
export function parseWanted(text: string): WantedResource | undefined {
  const parts = text.split('/').map((part) => decode(part));
  const [kind = '', second = '', third] = parts;
  if (parts.length < 2 || parts.length > 3 || kind === '') return undefined;
  const name = third ?? second;
  if (name === '') return undefined;
  return { kind: kind.toLowerCase(), name, ...(third !== undefined && { scope: second }) };
}

export function matchesWanted(id: string, wanted: WantedResource): boolean {
  const { kind, scope, name } = nameOf(id);
  const [bare = ''] = kind.toLowerCase().split('.');
  const kinds = [kind.toLowerCase(), bare, `${bare}s`];
  const inScope = wanted.scope === undefined || wanted.scope === scope;
  return kinds.includes(wanted.kind) && inScope && wanted.name === name;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that is followed by no digits is one.
    return part;
  }
}

/** @throws UsageError always: there is none of them. */
export function refuseUnknown(text: string, ids: readonly string[]): never {
  const wanted = wantedBy(text);
  const known = ids.map((id) => ({ id, ...partsOf(id) }));
  const kinds = known.filter((one) => one.name === wanted.name).map((one) => one.kind);
  const names = known
    .filter((one) => matchesWanted(one.id, { kind: wanted.kind, name: one.name }))
    .map((one) => one.name);
  const kind = findClosest(wanted.kind, kinds);
  const name = findClosest(wanted.name, names);
  const meant = kind ? `${kind}/${wanted.name}` : name && `${wanted.kind}/${name}`;
  const hint = meant ? ` Did you mean ${meant}?` : '';
  throw new UsageError(`${text}: none of the stacks has it.${hint}`);
}

/** As people write them: the kind in lower case, without its group. */
function partsOf(id: string): { readonly kind: string; readonly name: string } {
  const { kind, name } = nameOf(id);
  return { kind: kind.toLowerCase().split('.')[0] ?? '', name };
}
