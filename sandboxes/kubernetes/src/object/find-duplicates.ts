/** Finds members that a JSON text names twice in one object, which parsing hides. */

interface Level {
  /** Absent for lists. */
  readonly names: Set<string> | undefined;
  readonly reported: Set<string>;
  /** Of the member or item that is being read. */
  step: string;
  index: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Paths such as `spec.containers[0].name`, in the order in which the second mention ends. */
export function findDuplicates(text: string): readonly string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  let previous = '';
  for (const [symbol] of text.matchAll(token)) {
    if (symbol === ':') noteMember(levels.at(-1), previous, () => found.push(pathOf(levels)));
    else follow(levels, symbol);
    previous = symbol;
  }
  return found;
}

function follow(levels: Level[], symbol: string): void {
  if (symbol === '{') levels.push({ names: new Set(), reported: new Set(), step: '', index: 0 });
  if (symbol === '[') {
    levels.push({ names: undefined, reported: new Set(), step: '[0]', index: 0 });
  }
  if (symbol === '}' || symbol === ']') levels.pop();
  if (symbol === ',') nextItem(levels.at(-1));
}

function nextItem(level: Level | undefined): void {
  if (!level || level.names) return;
  level.index += 1;
  level.step = `[${level.index}]`;
}

function noteMember(level: Level | undefined, quoted: string, report: () => void): void {
  if (!level) return;
  const name = readName(quoted);
  level.step = name;
  if (level.names?.has(name) && !level.reported.has(name)) {
    level.reported.add(name);
    report();
  }
  level.names?.add(name);
}

function readName(quoted: string): string {
  const plain = quoted.slice(1, -1);
  if (!plain.includes('\\')) return plain;
  const parsed: unknown = JSON.parse(quoted);
  return typeof parsed === 'string' ? parsed : plain;
}

function pathOf(levels: readonly Level[]): string {
  return levels
    .map(({ step }) => step)
    .join('.')
    .replaceAll('.[', '[');
}
