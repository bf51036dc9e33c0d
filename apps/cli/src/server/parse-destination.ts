import type { AlertTest } from '@trueup/api';

import { UsageError } from '../usage-error.ts';

/**
 * A destination as it is typed, in the form that stands behind `to` in `trueup.yaml`. The server judges
 * what is in it.
 *
 * @throws UsageError
 */
export function parseDestination(text: string): NonNullable<AlertTest['to']> {
  const at = text.indexOf('=');
  const [kind, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const parts = value.split(',');
  const [first = '', second = '', ...rest] = parts;
  if (at < 0 || parts.includes('')) throw unknown(text);
  switch (kind) {
    case 'slack':
    case 'teams':
    case 'discord':
      if (parts.length === 1) return { [kind]: { secret: first } };
      break;
    case 'ntfy':
      return { ntfy: { url: toAddress(value) } };
    case 'webhook':
      if (parts.length === 2) {
        return { webhook: { url: toAddress(first), signature: { secret: second } } };
      }
      break;
    case 'email':
      if (rest.length > 0) {
        return { email: { server: { secret: first }, from: second, to: rest } };
      }
      break;
  }
  throw unknown(text);
}

function toAddress(text: string): string | { readonly secret: string } {
  return /^https?:/.test(text) ? text : { secret: text };
}

function unknown(text: string): UsageError {
  const forms = [
    'slack=SECRET',
    'teams=SECRET',
    'discord=SECRET',
    'ntfy=URL or ntfy=SECRET',
    'webhook=URL,SIGNATURE-SECRET',
    'email=SERVER-SECRET,FROM,TO',
  ];
  return new UsageError(`--to ${text}: write one of\n${forms.map((one) => `  ${one}`).join('\n')}`);
}
