/**
 * Values as YAML in which Ansible takes every text for what it is: without the tag, `{{ … }}` in a value that another
 * stack or a secret holds would be a template, and that is code which runs here.
 */
import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

export function formatVerbatim(value: Json): string {
  if (typeof value === 'string') return `!unsafe ${quote(value)}`;
  if (isJsonList(value)) return `[${value.map(formatVerbatim).join(', ')}]`;
  if (isJsonObject(value)) {
    // A key that is written so may have any length.
    const members = Object.entries(value).map(
      ([name, one]) => `? ${quote(name)} : ${formatVerbatim(one)}`,
    );
    return `{${members.join(', ')}}`;
  }
  const text = formatJson(value);
  // To YAML 1.1 a figure without a point is a text as soon as it has an exponent.
  return typeof value === 'number' && /e/i.test(text) ? `!!float ${text}` : text;
}

/** Escapes of JSON are escapes of YAML; raw, some letters are none of its letters. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return `\\U${code.toString(16).padStart(8, '0')}`;
  });
}
