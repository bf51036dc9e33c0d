/** Extended headers of POSIX archives: `LENGTH NAME=VALUE\n`, each as long as it says. */

export interface PaxRecord {
  readonly name: string;
  readonly value: string;
}

const newline = 0x0a;
const longestLength = 8;

/** `undefined` where it is not made of records: readers would disagree about what it says. */
export function readPax(content: Buffer): readonly PaxRecord[] | undefined {
  const records: PaxRecord[] = [];
  for (let at = 0; at < content.length; ) {
    const [written = '', digits = ''] =
      /^(\d+) /.exec(content.toString('latin1', at, at + longestLength)) ?? [];
    const end = at + Number(digits);
    const text = content.toString('utf8', at + written.length, end - 1);
    const equals = text.indexOf('=');
    const isWhole = written !== '' && equals > 0 && content[end - 1] === newline;
    if (!isWhole || end > content.length) return undefined;
    records.push({ name: text.slice(0, equals), value: text.slice(equals + 1) });
    at = end;
  }
  return records;
}
