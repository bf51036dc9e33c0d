/** Picks out of an engine's refusal what may be shown: which kind it is, none of its words. */
import { isJsonObject } from '@trueup/diagnostics';

import { type EngineAnswer, EngineRefusalError, type RefusalTrait } from '../containers-client.ts';

/** Docker answers `{message}` and 409, Podman `{cause, message, response}` and often 500. */
export function toRefusal({ status, body }: EngineAnswer): EngineRefusalError {
  const texts = isJsonObject(body) ? [body['cause'], body['message']] : [];
  const said = texts.filter((text) => typeof text === 'string').join('\n');
  const traits = [...patterns].filter(([, pattern]) => pattern.test(said)).map(([trait]) => trait);
  return new EngineRefusalError(status, traits);
}

const patterns: ReadonlyMap<RefusalTrait, RegExp> = new Map([
  [
    'in-use',
    /dependent containers|active endpoints|being used|volume is in use|has associated containers/i,
  ],
  ['name-taken', /name .*(?:already in use|is in use)|already exists/i],
  ['port-taken', /port is already allocated|address already in use/i],
  ['no-such-image', /no such image|image not known|manifest unknown/i],
  ['read-only', /read-only/i],
  ['disk-full', /no space left on device|disk quota exceeded/i],
]);
