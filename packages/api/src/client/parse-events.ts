/** Server-sent events, as the WHATWG's HTML standard says (9.2.6). */

export interface SentEvent {
  /** `message` where the sender names none. */
  readonly type: string;
  readonly data: string;
  /** Of the newest event that had one. */
  readonly id: string;
}

/** An event of more than this is not ours. */
const largestEvent = 16 * 1024 * 1024;

/** Takes the text as it comes, in any pieces, and gives the events that are complete. */
export class EventParser {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #size = 0;
  #id = '';

  /** @throws RangeError for an event that is larger than any of Trueup's. */
  push(piece: string): readonly SentEvent[] {
    const text = this.#rest + piece;
    // A lone carriage return at the end may be the first half of a line's end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + text.slice(whole.length);
    if (this.#rest.length + this.#size > largestEvent) throw new RangeError('event too large');
    return lines.flatMap((line) => this.#take(line) ?? []);
  }

  #take(line: string): SentEvent | undefined {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.#data.push(value);
      this.#size += value.length;
    }
    if (field === 'event') this.#type = value;
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #finish(): SentEvent | undefined {
    const event = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
    const empty = this.#data.length === 0;
    this.#type = '';
    this.#data = [];
    this.#size = 0;
    return empty ? undefined : event;
  }
}
