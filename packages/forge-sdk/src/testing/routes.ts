import type { StandInAnswer, StandInRequest } from './stand-in-server.ts';

/** A part that begins with `:` stands for any one part, the last one with `*` for all that are left. */
export type Routes<T> = readonly (readonly [
  method: string,
  path: string,
  answer: (context: T, request: StandInRequest, parts: readonly string[]) => StandInAnswer,
])[];

/** The answer of the first route that fits; `undefined` where none does. */
export function answerBy<T>(
  routes: Routes<T>,
  context: T,
  request: StandInRequest,
): StandInAnswer | undefined {
  for (const [method, path, answer] of routes) {
    const values =
      method === request.method ? match(path.split('/').slice(1), request.parts) : undefined;
    if (values) return answer(context, request, values);
  }
  return undefined;
}

function match(
  pattern: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  const values: string[] = [];
  for (const [index, part] of pattern.entries()) {
    if (part === '*') return [...values, parts.slice(index).join('/')];
    const given = parts[index];
    if (given === undefined) return undefined;
    if (part.startsWith(':')) values.push(given);
    else if (part !== given) return undefined;
  }
  return pattern.length === parts.length ? values : undefined;
}
