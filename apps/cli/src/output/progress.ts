/**
 * Shows that long work goes on: on a terminal as one line that is drawn again and again, elsewhere as
 * plain lines when something begins or ends.
 *
 * G1. What else is printed comes above the line, never into it.
 * G2. Nothing of it is left when the work is done.
 */
import type { Sink } from '../surroundings.ts';
import { formatNumber } from './count.ts';
import { formatDuration } from './format-age.ts';
import { type Line, span } from './line.ts';
import { cutLine, type Look, paint, paintLine } from './paint.ts';

export interface ProgressOptions {
  readonly sink: Sink;
  readonly look: Look;
  /** Whether a line may be drawn over: on terminals that can. */
  readonly animated: boolean;
  readonly nowMs: () => number;
}

export interface Progress extends Disposable {
  /** A new phase; printed where there is no line to draw. */
  phase(text: string): void;
  /** Something within the phase that a log should tell; a terminal shows it by `update`. */
  step(text: string): void;
  /** How far the phase is. */
  update(step: ProgressStep): void;
  /** Lets something be written that stays. */
  above(write: () => void): void;
}

export interface ProgressStep {
  readonly done: number;
  /** 0 while nobody knows. */
  readonly total: number;
  /** What is being waited for just now. */
  readonly detail?: string;
}

/** Often enough to look alive, seldom enough to cost nothing. */
const frameMs = 80;
const roundFrames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const asciiFrames = ['|', '/', '-', '\\'];

export function createProgress(options: ProgressOptions): Progress {
  return options.animated ? new DrawnProgress(options) : printedProgress(options);
}

function printedProgress({ sink, look }: ProgressOptions): Progress {
  const print = (lines: readonly Line[]): void => sink.write(paint(lines, look));
  return {
    phase: (text) => print([[span(text)]]),
    step: (text) => print([[span(text)]]),
    update: () => undefined,
    above: (write) => write(),
    [Symbol.dispose]: () => undefined,
  };
}

class DrawnProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs: number;
  #text = '';
  #step: ProgressStep = { done: 0, total: 0 };
  #frame = 0;
  #drawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#startedMs = options.nowMs();
    this.#timer = setInterval(() => this.#draw(), frameMs);
    this.#timer.unref();
  }

  phase(text: string): void {
    this.#text = text;
    this.#step = { done: 0, total: 0 };
    this.#draw();
  }

  step(): void {
    this.#draw();
  }

  update(step: ProgressStep): void {
    this.#step = step;
  }

  above(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#text = '';
    this.#erase();
  }

  #draw(): void {
    if (this.#text === '') return;
    const { sink, look, nowMs } = this.#options;
    const columns = sink.columns() ?? 80;
    const frames = look.ascii ? asciiFrames : roundFrames;
    this.#frame = (this.#frame + 1) % frames.length;
    const elapsed = formatDuration(nowMs() - this.#startedMs);
    const line = progressLine(this.#text, this.#step, {
      frame: frames[this.#frame] ?? '',
      elapsed,
    });
    // A full line makes some terminals wrap, and so does the `^C` that they write behind it.
    sink.write(`\r\u001b[2K${paintLine(cutLine(line, columns - 3), look)}`);
    this.#drawn = true;
  }

  #erase(): void {
    if (this.#drawn) this.#options.sink.write('\r\u001b[2K');
    this.#drawn = false;
  }
}

const barWidth = 24;

export function progressLine(
  text: string,
  { done, total, detail }: ProgressStep,
  { frame, elapsed }: { readonly frame: string; readonly elapsed: string },
): Line {
  const filled = total === 0 ? 0 : Math.round((Math.min(done, total) / total) * barWidth);
  const bar = [
    span('━'.repeat(filled), 'good'),
    span('─'.repeat(barWidth - filled), 'dim'),
    span(` ${formatNumber(done)}/${formatNumber(total)}`),
  ];
  return [
    span(`${frame} `, 'accent'),
    span(text, 'strong'),
    span('  '),
    ...(total > 0 ? bar : []),
    span(`  ${elapsed}`, 'dim'),
    ...(detail === undefined ? [] : [span(`  ${detail}`, 'dim')]),
  ];
}
