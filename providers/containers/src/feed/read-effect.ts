/** Which of the containers that were looked at an event touches. Pure; events of any shape are read. */
import { type JsonObject, readObject, readText } from '@trueup/diagnostics';

/**
 * `containers`: these are otherwise than before. `listed`: also which ones there are. `all`: nobody knows
 * what it means, so it may mean anything.
 */
export type EventEffect =
  | { readonly kind: 'none' }
  | { readonly kind: 'containers' | 'listed'; readonly ids: readonly string[] }
  | { readonly kind: 'all' };

/** Leave a container as it was. Checks of health would touch theirs each few seconds. */
const harmless =
  /^(?:exec|exec_create|exec_start|exec_detach|exec_die|exec_died|attach|detach|top|resize|export|copy|archive-path|extract-to-dir)(?::|$)/;

const touching =
  /^(?:start|restart|stop|kill|die|died|pause|unpause|rename|update|oom|health_status|init|cleanup|mount|unmount|sync|checkpoint|restore|commit)(?::|$)/;

const making = /^(?:create|destroy|remove)$/;

/** Networks and volumes are asked for at each look, images by each preparation: nothing is kept of these. */
const otherTypes = new Set(['volume', 'image', 'builder', 'plugin', 'secret', 'config']);

export function readEffect(event: JsonObject): EventEffect {
  const action = readText(event, 'Action') ?? '';
  const type = readText(event, 'Type') ?? '';
  if (otherTypes.has(type)) return { kind: 'none' };
  if (type === 'network') return effectOfNetwork(action, event);
  if (type !== 'container') return { kind: 'all' };
  if (harmless.test(action)) return { kind: 'none' };
  if (touching.test(action)) return touch('containers', event);
  return making.test(action) ? touch('listed', event) : { kind: 'all' };
}

/** Docker names the container beside its network, Podman in its place, and tells of nothing else. */
function effectOfNetwork(action: string, event: JsonObject): EventEffect {
  if (action === 'connect' || action === 'disconnect') return touch('containers', event);
  return ['create', 'destroy', 'remove', 'prune'].includes(action)
    ? { kind: 'none' }
    : { kind: 'all' };
}

function touch(kind: 'containers' | 'listed', event: JsonObject): EventEffect {
  const actor = readObject(event['Actor']);
  const named = [readText(actor, 'ID'), readText(readObject(actor['Attributes']), 'container')];
  const ids = named.filter((id) => id !== undefined && wholeId.test(id)).map(String);
  return ids.length === 0 ? { kind: 'all' } : { kind, ids };
}

/** A shortened one would not be found among those that lists show. */
const wholeId = /^[\da-f]{64}$/;
