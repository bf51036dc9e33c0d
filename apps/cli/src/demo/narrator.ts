/** Tells the demo's story: numbered steps, what is seen on the way, and what was seen in the end. */
import type { LiveEvent } from '@trueup/control-plane';

import type { Cli } from '../command.ts';
import { eventLine } from '../output/event-line.ts';
import { formatDuration } from '../output/format-age.ts';
import { emptyLine, indent, type Line, line, span } from '../output/line.ts';
import type { Progress } from '../output/progress.ts';
import { wrapLine } from '../output/wrap-line.ts';

export interface Narrator {
  step(title: string, text: string): void;
  /** A line of the story. */
  say(lines: readonly Line[]): void;
  event(event: LiveEvent): void;
  /** Something was looked at, and is so. */
  seen(what: string, tookMs?: number): void;
}

/** Steps between two that matter: the moving line shows them. */
const quiet: ReadonlySet<string> = new Set([
  'run:queued',
  'run:settling',
  'run:verifying',
  'rollout:succeeded',
  // There is nothing on `main` before the first push.
  'repository:failed',
]);

/** Below what happened, beside when. */
const eventMargin = 14;

export function createNarrator({ printer }: Cli, progress: Progress): Narrator {
  let number = 0;
  const told = new Set<string>();
  const print = (lines: readonly Line[]): void => progress.above(() => printer.lines(lines));
  return {
    step(title, text) {
      number += 1;
      print([
        emptyLine,
        [span(` ${number} `, 'accent'), span(title, 'strong')],
        ...wrapLine(line(`   ${text}`, 'dim'), printer.width, 3),
      ]);
      progress.phase(title);
    },
    say: (lines) => print(indent(lines, 3)),
    event(event) {
      const { run, revision } = event.body;
      const key = JSON.stringify([event.type, event.stack, run, revision]);
      const isNews = !(quiet.has(event.type) || told.has(key));
      told.add(key);
      if (isNews) print(indent(wrapLine(eventLine(event), printer.width - 3, eventMargin), 3));
      else progress.update({ done: 0, total: 0, detail: `${event.stack} ${event.type}` });
    },
    seen(what, tookMs) {
      const time = tookMs === undefined ? '' : `  ${formatDuration(tookMs)}`;
      print([[span('   ✓ ', 'good'), span(what), span(time, 'dim')]]);
    },
  };
}
