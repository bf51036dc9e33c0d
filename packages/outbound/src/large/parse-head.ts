/** The head of an answer whose body has a length. Anything unusual is somebody else's to read. */

export interface AnswerHead {
  readonly status: number;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** In bytes. */
  readonly contentLength: number;
}

const statusLine = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** Without a choice of where the value ends: whoever writes the line would decide how long that takes. */
const fieldLine = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/;
/** Without a body, whatever their length says. */
const bare: readonly number[] = [204, 205, 304];

/**
 * `text` is what stands before the empty line, a byte a sign. `undefined` for what this does not read: other versions,
 * interim answers, bodies in chunks or without one length, folded or damaged fields.
 */
export function parseHead(text: string): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(statusLine.exec(first)?.[1] ?? 0);
  const fields = lines.map((line) => fieldLine.exec(line));
  if (status === 0 || bare.includes(status)) return undefined;
  const headers = new Map<string, string>();
  for (const field of fields) {
    if (!field) return undefined;
    const [, name = '', written = ''] = field;
    const value = written.trim();
    const known = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
  }
  // Two lengths, the same ones included, are joined, and then no number.
  const length = headers.get('content-length') ?? '';
  if (!/^\d{1,15}$/.test(length) || headers.has('transfer-encoding')) return undefined;
  return { status, headers, contentLength: Number(length) };
}
