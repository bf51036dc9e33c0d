/**
 * The texts in which a secret turns up: as it is, and as programs print it. Base64 is the one that
 * hides best: inside of a longer text (`user:password` of basic authentication) it looks different
 * for each of three alignments, so all of them are listed, cut to what does not depend on its
 * neighbours.
 */
import { beginningLength } from './pattern-index.ts';

export function listSecretForms(secret: string): readonly string[] {
  const texts = [secret, ...linesOf(secret)];
  const forms = [
    ...texts,
    JSON.stringify(secret).slice(1, -1),
    ...urlForms(secret),
    ...base64Forms(secret),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortestMasked);
}

/**
 * Shorter texts are not masked: they turn up in innocent words everywhere, so that masking them
 * would make logs unreadable and, by what is missing, tell the secret.
 */
export const shortestMasked: number = beginningLength;

/** Logs come line by line, and a key of many lines with them. Markers like `-----BEGIN` stay. */
function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  if (lines.length === 1) return [];
  return lines.filter((line) => line.length >= shortestLine && !line.startsWith('-----'));
}

/** A short line of a longer secret is likely to be an ordinary word. */
const shortestLine = 12;

function urlForms(secret: string): readonly string[] {
  // A lone surrogate has no UTF-8 form; `encodeURIComponent` would throw.
  const encoded = encodeURIComponent(secret.toWellFormed());
  const lowercase = encoded.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase());
  return [encoded, lowercase, encoded.replaceAll('%20', '+')];
}

function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const whole = bytes.toString('base64');
  const forms = [whole, ...[0, 1, 2].map((offset) => alignedForm(bytes, offset))];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Of the secret behind `offset` other bytes: the digits that its own bits alone decide. */
function alignedForm(bytes: Buffer, offset: number): string {
  const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return digits.slice(first, end);
}
