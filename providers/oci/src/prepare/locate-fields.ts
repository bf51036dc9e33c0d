import type { Origin } from '@trueup/diagnostics';
import type { Files, LocateRequest } from '@trueup/provider-sdk';

import { tagId } from '../observe/tag-place.ts';
import { parseTargetSettings } from '../schema.ts';
import { readRegistryFile } from './read-registry-file.ts';

/** What a tag points at is asked for by its `from`. */
export async function locateFields(
  files: Files,
  { stack, target, fields }: LocateRequest,
): Promise<readonly (Origin | undefined)[]> {
  const folder = stack.path.replace(/\/+$/, '');
  const { tags, artifacts } = await readRegistryFile(
    files,
    folder,
    parseTargetSettings(target.settings),
  );
  const byId = new Map(tags.map((tag) => [tagId(tag.to), tag]));
  const packed = new Map(artifacts.map((artifact) => [tagId(artifact.to), artifact.origin]));
  return fields.map(({ id, path: [step, ...rest] }) => {
    if (packed.has(id)) return packed.get(id);
    const tag = byId.get(id);
    if (step === undefined) return tag?.origin;
    const isKnown = rest.length === 0 && (step === 'digest' || step === 'from');
    return isKnown ? tag?.fromOrigin : undefined;
  });
}
