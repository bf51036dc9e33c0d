/** Reads single members of what a webhook sent, at once: whoever answers one waits for nothing. */
import { isJsonObject } from '@trueup/diagnostics';

export type Payload = Readonly<Record<string, unknown>>;

/** `undefined` for anything but an object in JSON. */
export function parsePayload(body: Uint8Array): Payload | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What lies at the end of `path`, by its own members only. */
export function memberAt(payload: Payload, ...path: readonly string[]): unknown {
  let value: unknown = payload;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A text that says something. */
export function textAt(payload: Payload, ...path: readonly string[]): string | undefined {
  const value = memberAt(payload, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number that counts something, from 1. */
export function numberAt(payload: Payload, ...path: readonly string[]): number | undefined {
  const value = memberAt(payload, ...path);
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** `undefined` for tags and whatever else is pushed. */
export function branchAt(payload: Payload, ...path: readonly string[]): string | undefined {
  return /^refs\/heads\/(.+)$/s.exec(textAt(payload, ...path) ?? '')?.[1];
}
