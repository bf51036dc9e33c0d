/**
 * Whether the tool itself says, by its exit and by every line, that there is nothing to do, to tell or to
 * know later. Then the plan's document says nothing more than the state, and need not be asked for: that
 * is another start of the tool, and a quarter of the work.
 */
import { type JsonObject, readObject, readText } from '@trueup/diagnostics';

/** Of `plan -detailed-exitcode`. */
export const exitCodes = { nothing: 0, changes: 2 } as const;

/** A line of a kind that is not known may say anything. */
const plain: readonly string[] = [
  'version',
  'refresh_start',
  'refresh_complete',
  'change_summary',
  'outputs',
];
/** Of reading a data source. */
const hooks: readonly string[] = ['apply_start', 'apply_progress', 'apply_complete'];

export function isUnchanged(exitCode: number, events: readonly JsonObject[]): boolean {
  const isSummed = events.some((event) => readText(event['type']) === 'change_summary');
  return exitCode === exitCodes.nothing && isSummed && events.every(saysNothing);
}

function saysNothing(event: JsonObject): boolean {
  const type = readText(event['type']) ?? '';
  if (hooks.includes(type)) return readObject(event['hook'])['action'] === 'read';
  if (type === 'change_summary') {
    return Object.values(readObject(event['changes'])).every(
      (one) => typeof one !== 'number' || one === 0,
    );
  }
  if (type === 'outputs') {
    return Object.values(readObject(event['outputs'])).every(
      (output) => readObject(output)['action'] === 'noop',
    );
  }
  return plain.includes(type);
}

/** Names of the outputs that stay as they are. */
export function outputNames(events: readonly JsonObject[]): readonly string[] {
  return events
    .filter((event) => readText(event['type']) === 'outputs')
    .flatMap((event) => Object.keys(readObject(event['outputs'])));
}
