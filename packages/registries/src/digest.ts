import { hash } from 'node:crypto';

/** Whether it is `sha256:` and 64 hexadecimal digits, the one kind of digest that is read. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && /^sha256:[\da-f]{64}$/.test(text);
}

export function digestOf(body: Uint8Array): string {
  return `sha256:${hash('sha256', body)}`;
}
