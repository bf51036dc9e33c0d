/** The files that a service is given: configs, secrets, and variables. */
import type { Json } from '@trueup/diagnostics';

import { itemsOf, memberOf, type Tree, textOf } from '../compose/tree.ts';
import { inside, type Place, readInteger, readMembers, readMode } from './read-values.ts';
import type { ContentUse, EnvFileUse } from './service-model.ts';

export function readContents(
  tree: Tree,
  section: ContentUse['section'],
  place: Place,
): readonly ContentUse[] {
  const at = inside(place, section);
  return itemsOf(memberOf(tree, section)).map((item) => readContent(item, section, at));
}

function readContent(tree: Tree, section: ContentUse['section'], place: Place): ContentUse {
  const { mode, uid, gid } = readMembers(
    tree,
    { mode: readMode, uid: readInteger, gid: readInteger },
    place,
  );
  const source = textOf(memberOf(tree, 'source')) ?? '';
  const written = textOf(memberOf(tree, 'target')) ?? source;
  const folder = section === 'secrets' ? '/run/secrets/' : '/';
  return {
    section,
    source,
    target: written.startsWith('/') ? written : `${folder}${written}`,
    mode: numberOr(mode, 0o444),
    uid: numberOr(uid, 0),
    gid: numberOr(gid, 0),
    tree,
  };
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

export function readEnvFiles(tree: Tree | undefined, place: Place): readonly EnvFileUse[] {
  return itemsOf(tree).flatMap((item) => {
    const path = textOf(memberOf(item, 'path'));
    if (path === undefined) {
      place.remarks.invalid(item, place.path, '`env_file` names no `path`');
      return [];
    }
    const required = textOf(memberOf(item, 'required')) !== 'false';
    return [{ path, required, raw: textOf(memberOf(item, 'format')) === 'raw', tree: item }];
  });
}
