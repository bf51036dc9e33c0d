import type { CommentLimit } from './compose-comment.ts';
import { codeSpan } from './markdown.ts';

/** What stands in the comment while the branches do not merge: in which files they differ. */
export function composeConflict(files: readonly string[], { length }: CommentLimit): string {
  const head = '### Trueup: nothing is planned while the branches conflict';
  const lines: string[] = [];
  let left = length - head.length - 100;
  for (const file of files) {
    const line = `- ${codeSpan(file)}`;
    left -= line.length + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const more = files.length - lines.length;
  return [head, '', ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
