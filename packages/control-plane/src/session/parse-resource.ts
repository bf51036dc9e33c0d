import { formatResourceId, type ResourceId } from '@trueup/provider-sdk';

/** Reads a resource id that somebody wrote; `undefined` when it is none. */
export function parseResource(text: string): ResourceId | undefined {
  const parts = text.split('/');
  if (parts.length !== 3) return undefined;
  try {
    const [kind = '', scope = '', name = ''] = parts.map(decodeURIComponent);
    const id = formatResourceId({ kind, scope, name });
    return id === text && kind !== '' && name !== '' ? id : undefined;
  } catch {
    // A percent sign that is followed by no digits.
    return undefined;
  }
}
