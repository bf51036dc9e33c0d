import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import type { StackId } from '@trueup/engine';

/** Up to where events were turned into messages. */
export interface OutboxPlace {
  /** Sequence of the last event. */
  readonly after: number;
  /** Whether any repository had alerts then. */
  readonly asked: boolean;
  /** Stacks that were told to be unhealthy and have not recovered. */
  readonly unhealthy: readonly StackId[];
}

/** Name of the setting that holds it. */
export const placeSetting = 'alerts-place';

export function formatPlace(place: OutboxPlace): string {
  return formatJson({ ...place, unhealthy: [...place.unhealthy] });
}

/** `undefined` for what is none. */
export function parsePlace(text: string | undefined): OutboxPlace | undefined {
  if (text === undefined) return undefined;
  const value: Json = JSON.parse(text);
  if (!isJsonObject(value) || typeof value['after'] !== 'number') return undefined;
  const { after, asked, unhealthy } = value;
  const stacks = isJsonList(unhealthy) ? unhealthy.filter((one) => typeof one === 'string') : [];
  return { after, asked: asked === true, unhealthy: stacks };
}
