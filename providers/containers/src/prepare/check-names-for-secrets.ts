import type { ProjectModel } from '../compose/read-project.ts';
import { memberOf, type Remarks, type Tree } from '../compose/tree.ts';

/** Shorter texts stand in many a name by chance. */
const shortest = 6;

/**
 * Names stand in every plan, log and address, so that none may hold a secret (P5). Of a project where one does
 * nothing is made.
 */
export function checkNamesForSecrets(
  { name, services, networks, volumes }: ProjectModel,
  { secrets, remarks }: { readonly secrets: readonly string[]; readonly remarks: Remarks },
): boolean {
  const telling = secrets.filter(({ length }) => length >= shortest);
  const names: readonly (readonly [unknown, Tree | undefined])[] = [
    [name, undefined],
    ...services.flatMap(({ name: own, spec, tree }) => [
      [own, tree] as const,
      [spec['container_name'], memberOf(tree, 'container_name')] as const,
    ]),
    ...[...networks, ...volumes].map((one) => [one.name, one.tree] as const),
  ];
  const found = names.filter(
    ([one]) => typeof one === 'string' && telling.some((secret) => one.includes(secret)),
  );
  const summary = 'a name holds a secret, and names are shown';
  for (const [, tree] of found) {
    const at = tree ? { origin: tree.origin } : {};
    remarks.add('error', 'CONTAINERS_SECRET_IN_NAME', at, { summary });
  }
  return found.length === 0;
}
