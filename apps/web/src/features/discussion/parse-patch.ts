/** Lines of a unified patch, with the numbers that they have on either side. */
export interface PatchLine {
  readonly kind: 'added' | 'removed' | 'same' | 'hunk' | 'note';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

export function parsePatch(patch: string): readonly PatchLine[] {
  const lines: PatchLine[] = [];
  let next: Numbers | undefined;
  for (const line of patch.replace(/\n$/, '').split('\n')) {
    const hunk = readHunk(line);
    if (hunk) lines.push({ kind: 'hunk', text: line });
    else if (next) lines.push(readLine(line, next));
    next = hunk ?? (next && stepOver(next, lines.at(-1)));
  }
  return lines;
}

interface Numbers {
  readonly before: number;
  readonly after: number;
}

function readHunk(line: string): Numbers | undefined {
  const [, before, after] =
    /^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@/.exec(line) ?? [];
  return before === undefined ? undefined : { before: Number(before), after: Number(after) };
}

function stepOver({ before, after }: Numbers, line: PatchLine | undefined): Numbers {
  return {
    before: line?.before === undefined ? before : before + 1,
    after: line?.after === undefined ? after : after + 1,
  };
}

function readLine(line: string, { before, after }: Numbers): PatchLine {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'added', text, after };
    case '-':
      return { kind: 'removed', text, before };
    case '\\':
      return { kind: 'note', text: text.trim() };
    default:
      return { kind: 'same', text, before, after };
  }
}

/** How many lines come and go. */
export function countLines(lines: readonly PatchLine[]): {
  readonly added: number;
  readonly removed: number;
} {
  const of = (kind: PatchLine['kind']): number => lines.filter((one) => one.kind === kind).length;
  return { added: of('added'), removed: of('removed') };
}
