/** From the tree of a service, in long forms, to its model. */
import { type MapTree, memberOf, type Remarks, type Tree, textOf } from '../compose/tree.ts';
import { checkShapes } from './check-shapes.ts';
import { checkTwice, tmpfsOf } from './check-twice.ts';
import { readContents, readEnvFiles } from './read-content-uses.ts';
import { readDeploy, readOrder, readReplicas, warnIgnored } from './read-deploy.ts';
import { readMount, readPort, readRepositoryUses } from './read-mounts.ts';
import { readDependencies, readNetworks, sharesWith } from './read-relations.ts';
import { inside, type Place, readEach, readMembers } from './read-values.ts';
import { serviceMembers } from './service-members.ts';
import type { ServiceModel } from './service-model.ts';

export function readService(name: string, tree: MapTree, remarks: Remarks): ServiceModel {
  const place: Place = { path: ['services', name], remarks };
  const deploy = memberOf(tree, 'deploy');
  const volumes = readEach(memberOf(tree, 'volumes'), readMount, inside(place, 'volumes'));
  const own = readMembers(tree, serviceMembers, place);
  const deployed = readDeploy(deploy, inside(place, 'deploy'));
  const spec = { ...own, ...deployed };
  const mounts = volumes.filter(({ type }) => type !== 'repository');
  const ports = readEach(memberOf(tree, 'ports'), readPort, inside(place, 'ports'));
  checkShapes(tree, place);
  checkTwice(tree, { own, deployed, mounts: [...volumes, ...tmpfsOf(own)] }, place);
  warnIgnored(tree, place);
  return {
    name,
    tree,
    image: textOf(memberOf(tree, 'image')),
    pullPolicy: textOf(memberOf(tree, 'pull_policy')) ?? 'missing',
    replicas: readReplicas(tree, place),
    spec: {
      ...spec,
      ...(mounts.length > 0 && { volumes: mounts }),
      ...(ports.length > 0 && { ports }),
    },
    dependsOn: readDependencies(memberOf(tree, 'depends_on'), inside(place, 'depends_on')),
    networks: readNetworks(tree, place),
    volumes: mounts.flatMap(({ type, source }) =>
      type === 'volume' && typeof source === 'string' ? [source] : [],
    ),
    contents: [...readContents(tree, 'configs', place), ...readContents(tree, 'secrets', place)],
    repository: readRepositoryUses(tree),
    envFiles: readEnvFiles(memberOf(tree, 'env_file'), inside(place, 'env_file')),
    sharesWith: sharesWith(spec),
    executes: readExecutes(tree, place),
    updateOrder: readOrder(deploy),
  };
}

function readExecutes(tree: Tree, place: Place): ServiceModel['executes'] {
  const own = memberOf(memberOf(tree, 'x-trueup'), 'execute');
  if (!own) return undefined;
  const value = textOf(own);
  if (value === 'always' || value === 'changed') return value;
  place.remarks.invalid(
    own,
    [...place.path, 'x-trueup', 'execute'],
    '`execute` is `always` or `changed`',
  );
  return undefined;
}
