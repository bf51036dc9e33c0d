import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import type { WrittenPath } from '@trueup/manifests';

/** The same value with another text at one place; unchanged where there is no such place. Pure. */
export function replaceText(value: Json, [step, ...rest]: WrittenPath, text: string): Json {
  if (step === undefined) return text;
  if (isJsonList(value)) {
    return value.map((item, index) => (index === step ? replaceText(item, rest, text) : item));
  }
  if (!isJsonObject(value) || typeof step !== 'string') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === step ? replaceText(member, rest, text) : member,
    ]),
  );
}
