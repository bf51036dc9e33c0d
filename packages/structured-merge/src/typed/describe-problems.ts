import { formatServerPath } from '../fields/path-element.ts';
import type { Problem } from './validate.ts';

/** Problems in the words of the API server, one in a line or several below each other. */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ path, message }) => {
    const place = formatServerPath(path);
    return place === '' ? message : `${place}: ${message}`;
  });
  return lines.length === 1
    ? lines.join('')
    : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}
