import { formatJson, type Json, type JsonObject } from '@trueup/diagnostics';

const longest = 400;

/** `revision 3f2a… · reason "frozen"`: members in their order, cut where they get long. */
export function formatDetail(detail: JsonObject): string {
  const text = Object.entries(detail)
    .map(([name, value]) => `${name} ${formatMember(value)}`)
    .join(' · ');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function formatMember(value: Json): string {
  if (typeof value !== 'string') return formatJson(value);
  const [, digits] = /^(?:sha256:)?([0-9a-f]{40,64})$/.exec(value) ?? [];
  return digits === undefined ? value : digits.slice(0, 12);
}
