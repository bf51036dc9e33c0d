import type { FileDiff } from '@trueup/api';

import { emptyLine, type Line, line, type Tone } from './line.ts';
import { plainLines } from './plain-text.ts';

/** One file of a merge request, as `git diff` shows it. */
export function patchLines({ path, kind, patch }: FileDiff): readonly Line[] {
  const head = line(`${kind} ${path}`, 'strong');
  if (patch === undefined) return [head, line('  too long to be shown', 'dim'), emptyLine];
  if (patch === '') return [head, line('  no text', 'dim'), emptyLine];
  return [head, ...plainLines(patch).map((text) => line(text, toneOf(text))), emptyLine];
}

function toneOf(text: string): Tone {
  if (text.startsWith('@@')) return 'accent';
  if (text.startsWith('+')) return 'good';
  return text.startsWith('-') ? 'bad' : 'dim';
}
