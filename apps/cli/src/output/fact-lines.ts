import { type Line, type Span, span } from './line.ts';
import { wrapLine } from './wrap-line.ts';

/** A name, and what there is to say under it; nothing where there is nothing to say. */
export type Fact = readonly [title: string, says: Span];

const titleWidth = 10;

export function factLines(facts: readonly Fact[], width: number): readonly Line[] {
  return facts
    .filter(([, { text }]) => text !== '')
    .flatMap(([title, says]) =>
      wrapLine([span(`  ${title.padEnd(titleWidth)}`, 'dim'), says], width, titleWidth + 2),
    );
}
