/**
 * Reads one answer of HTTP/1.1 from the bytes of its connection (RFC 9112).
 *
 * Strict on purpose: whatever could be read in two ways is an error, since a connection whose answers
 * are out of step would give one caller the answer of another.
 */
import type { Exchanged } from './exchange.ts';

/** The server does not speak HTTP as it should, or says too much. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
  readonly code = 'HTTP_MALFORMED';
}

/** Go's own limit for clients is 10 MB; no API server comes near to this. */
const mostHeadBytes = 64 * 1024;
/** A page of 500 objects of a megabyte and a half would not fit into one string anyway. */
const mostBodyBytes = 400 * 1024 * 1024;
/** A length in hexadecimal digits, with extensions that nobody reads. */
const mostLineBytes = 1024;

/** What the next bytes are. `until-end`: of a body as long as the connection. */
type Part = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-end';

export class AnswerReader {
  #part: Part | 'done' = 'head';
  /** Bytes of a head or a line that is not complete. */
  #rest: Buffer = nothing;
  /** Of the body, or of this chunk. */
  #left = 0;
  #bodyBytes = 0;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: Exchanged['headers'] = {};
  #mayStay = true;

  /** Whether the connection can be used again after the answer. */
  get mayStay(): boolean {
    return this.#mayStay;
  }

  /** @throws Error before `take` or `end` said that it is complete. */
  get answer(): Exchanged {
    if (this.#part !== 'done') throw new Error('The answer is not complete.');
    const [only = nothing] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : only;
    return { status: this.#status, headers: this.#headers, text: body.toString('utf8') };
  }

  /**
   * `true` when the answer is complete.
   *
   * @throws MalformedAnswerError
   */
  take(chunk: Buffer): boolean {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = nothing;
    while (this.#part !== 'done' && bytes.length > 0) {
      const used = this.#takePart(this.#part, bytes);
      if (used === incomplete) {
        this.#rest = bytes;
        return false;
      }
      bytes = bytes.subarray(used);
    }
    // Nothing was asked for that it could be the answer to.
    if (bytes.length > 0) throw new MalformedAnswerError('bytes after the answer');
    return this.#part === 'done';
  }

  /** The connection ended. `true` when that was the end of the answer. */
  end(): boolean {
    this.#mayStay = false;
    if (this.#part === 'until-end') this.#part = 'done';
    return this.#part === 'done';
  }

  /** How many bytes it used. */
  #takePart(part: Part, bytes: Buffer): number {
    switch (part) {
      case 'head':
        return this.#takeHead(bytes);
      case 'chunk-size':
        return this.#takeLine(bytes, (line) => this.#beginChunk(line));
      case 'chunk-end':
        return this.#takeLine(bytes, (line) => {
          if (line !== '') throw new MalformedAnswerError('a chunk is longer than it says');
          this.#part = 'chunk-size';
        });
      case 'trailers':
        return this.#takeLine(bytes, (line) => {
          if (line === '') this.#part = 'done';
        });
      default:
        return this.#takeBody(bytes);
    }
  }

  #takeHead(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0 ? bytes.length > mostHeadBytes : end > mostHeadBytes) {
      throw new MalformedAnswerError('its head is too long');
    }
    if (end < 0) return incomplete;
    const { status, headers, version } = parseHead(bytes.toString('latin1', 0, end));
    // Of these no body follows, but another answer.
    if (status < 200) {
      if (status === 101) throw new MalformedAnswerError('another protocol that nobody asked for');
      return end + 4;
    }
    this.#status = status;
    this.#headers = headers;
    const connection = textOf(headers['connection']).toLowerCase();
    this.#mayStay = version === '1' && !connection.split(/[\s,]+/).includes('close');
    this.#beginBody();
    return end + 4;
  }

  #beginBody(): void {
    const coding = this.#headers['transfer-encoding'];
    const length = this.#headers['content-length'];
    if (this.#status === 204 || this.#status === 304) {
      this.#part = 'done';
    } else if (coding !== undefined) {
      if (length !== undefined || textOf(coding).toLowerCase() !== 'chunked') {
        throw new MalformedAnswerError('its length can be read in two ways');
      }
      this.#part = 'chunk-size';
    } else if (length === undefined) {
      this.#mayStay = false;
      this.#part = 'until-end';
    } else {
      this.#beginSized(textOf(length));
    }
  }

  #beginSized(length: string): void {
    if (!/^\d{1,15}$/.test(length)) throw new MalformedAnswerError('its length is no number');
    this.#left = Number(length);
    this.#count(this.#left);
    this.#part = this.#left === 0 ? 'done' : 'sized';
  }

  #beginChunk(line: string): void {
    const digits = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (digits === undefined) throw new MalformedAnswerError('a chunk without a length');
    this.#left = Number.parseInt(digits, 16);
    this.#count(this.#left);
    this.#part = this.#left === 0 ? 'trailers' : 'chunk';
  }

  #takeBody(bytes: Buffer): number {
    if (this.#part === 'until-end') {
      this.#count(bytes.length);
      this.#chunks.push(bytes);
      return bytes.length;
    }
    const used = Math.min(this.#left, bytes.length);
    this.#chunks.push(bytes.subarray(0, used));
    this.#left -= used;
    if (this.#left === 0) this.#part = this.#part === 'sized' ? 'done' : 'chunk-end';
    return used;
  }

  #takeLine(bytes: Buffer, take: (line: string) => void): number {
    const end = bytes.indexOf('\r\n');
    if (end < 0 ? bytes.length > mostLineBytes : end > mostLineBytes) {
      throw new MalformedAnswerError('a line is too long');
    }
    if (end < 0) return incomplete;
    take(bytes.toString('latin1', 0, end));
    return end + 2;
  }

  #count(bytes: number): void {
    this.#bodyBytes += bytes;
    if (this.#bodyBytes > mostBodyBytes) throw new MalformedAnswerError('its body is too long');
  }
}

const nothing = Buffer.alloc(0);
const incomplete = -1;

interface Head {
  readonly status: number;
  readonly headers: Exchanged['headers'];
  /** Of HTTP: the digit after `1.`. */
  readonly version: string;
}

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, version = '', status] = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/.exec(first) ?? [];
  if (status === undefined) throw new MalformedAnswerError('it does not begin with a status');
  const headers: Record<string, string | readonly string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || !/^[!#-'*+.^-z|~\w-]+$/.test(name)) {
      throw new MalformedAnswerError('a header without a name');
    }
    const value = line.slice(colon + 1).trim();
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else headers[name] = typeof known === 'string' ? [known, value] : [...known, value];
  }
  return { status: Number(status), headers, version };
}

/** Several of one name mean the same as one with commas between. */
function textOf(value: Exchanged['headers'][string]): string {
  return typeof value === 'string' ? value : (value?.join(',') ?? '');
}
