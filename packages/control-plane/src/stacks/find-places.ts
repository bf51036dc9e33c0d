/**
 * Where a value of a target's settings may lead: the host that it names, or else the whole of it, since
 * what is a region, a profile or a path to one tool is a part of an address to another one.
 *
 * Strict on purpose: what two programs may read differently (`https://a\@b`) is no host, and stays whole.
 */
import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

const host = String.raw`(?<host>[a-z0-9_.-]+|\[[0-9a-f:.]+\])`;
const address: RegExp = new RegExp(
  String.raw`^(?:[a-z][a-z0-9+.-]*://)?(?:[a-z0-9_.-]+@)?${host}(?::\d{1,5})?(?:/[\w./~-]*)?$`,
  'i',
);

/** A certificate says whom to trust, not where to go. All of the text: what only begins like one may be a host. */
const certificates =
  /^(?:-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----\s*)+$/;

/** As PEM, or as a kubeconfig holds it. */
function isCertificate(text: string): boolean {
  if (certificates.test(text)) return true;
  const isPacked = /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return isPacked && certificates.test(Buffer.from(text, 'base64').toString('latin1'));
}

/** Each once, in small letters. Numbers and truths lead nowhere. */
export function findPlaces(value: Json): readonly string[] {
  return [...new Set(textsIn(value).flatMap(toPlace))];
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isJsonList(value)) return value.flatMap(textsIn);
  // The members' names as well: hosts stand there where each has settings.
  return isJsonObject(value)
    ? [...Object.keys(value), ...Object.values(value).flatMap(textsIn)]
    : [];
}

function toPlace(text: string): readonly string[] {
  if (isCertificate(text)) return [];
  const found = address.exec(text)?.groups?.['host'] ?? text;
  return [found.replace(/^\[(.*)\]$/, '$1').toLowerCase()];
}
