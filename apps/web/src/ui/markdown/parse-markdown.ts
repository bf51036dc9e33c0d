/**
 * The blocks of Markdown that people write in comments: headings, paragraphs, lists, quotes, code, and
 * the folded parts of Trueup's own comments. No HTML: what is unknown is text.
 */
import { type Inline, parseInline } from './parse-inline.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly ListItem[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'rule' }
  | {
      readonly kind: 'folded';
      readonly summary: readonly Inline[];
      readonly blocks: readonly Block[];
    };

export type ListItem = readonly Inline[];

const longest = 200_000;
const deepest = 6;

export function parseMarkdown(text: string): readonly Block[] {
  const whole = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return parseBlocks(whole.replaceAll('\r\n', '\n').split('\n'), 0);
}

function parseBlocks(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const found = readBlock(lines, at, depth);
    if (found.block) blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

interface Found {
  /** Absent for what separates blocks. */
  readonly block?: Block;
  readonly next: number;
}

type Reader = (lines: readonly string[], at: number, depth: number) => Found | undefined;

function readBlock(lines: readonly string[], at: number, depth: number): Found {
  // Notes of programs to themselves, as at the top of Trueup's own comments.
  if (/^\s*(?:<!--[^>]{0,200}-->\s*)?$/.test(lines[at] ?? '')) return { next: at + 1 };
  for (const read of readers) {
    const found = read(lines, at, depth);
    if (found) return found;
  }
  return readParagraph(lines, at);
}

const fenceLine = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]{0,100})/;

const readCode: Reader = (lines, at) => {
  const [, fence, language = ''] = fenceLine.exec(lines[at] ?? '') ?? [];
  if (fence === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
  const next = end < 0 ? lines.length : end;
  const text = lines.slice(at + 1, next).join('\n');
  return { block: { kind: 'code', language, text }, next: next + 1 };
};

const readHeading: Reader = (lines, at) => {
  const [, signs, text] = /^ {0,3}(#{1,6})\s+(.*)$/.exec(lines[at] ?? '') ?? [];
  if (signs === undefined || text === undefined) return undefined;
  const parts = parseInline(text.replace(/\s+#+\s*$/, ''));
  return { block: { kind: 'heading', level: signs.length, parts }, next: at + 1 };
};

const readRule: Reader = (lines, at) =>
  /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/.test(lines[at] ?? '')
    ? { block: { kind: 'rule' }, next: at + 1 }
    : undefined;

const readQuote: Reader = (lines, at, depth) => {
  if (depth >= deepest || !/^ {0,3}>/.test(lines[at] ?? '')) return undefined;
  const next = endOf(lines, at, (line) => /^ {0,3}>/.test(line));
  const inside = lines.slice(at, next).map((line) => line.replace(/^ {0,3}> ?/, ''));
  return { block: { kind: 'quote', blocks: parseBlocks(inside, depth + 1) }, next };
};

const itemLine = /^ {0,8}(?:([-*+])|\d{1,9}[.)])\s+(.*)$/;

const readList: Reader = (lines, at) => {
  const first = itemLine.exec(lines[at] ?? '');
  if (!first) return undefined;
  const next = endOf(lines, at, (line) => itemLine.test(line) || /^ {2,}\S/.test(line));
  const items: string[] = [];
  for (const line of lines.slice(at, next)) {
    const [, , text] = itemLine.exec(line) ?? [];
    if (text !== undefined) items.push(text);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  const ordered = first[1] === undefined;
  return { block: { kind: 'list', ordered, items: items.map((one) => parseInline(one)) }, next };
};

const readFolded: Reader = (lines, at, depth) => {
  if (depth >= deepest || (lines[at] ?? '').trim() !== '<details>') return undefined;
  const end = lines.findIndex((line, index) => index > at && line.trim() === '</details>');
  if (end < 0) return undefined;
  const [, summary] = /^<summary>(.*)<\/summary>$/.exec((lines[at + 1] ?? '').trim()) ?? [];
  const blocks = parseBlocks(lines.slice(summary === undefined ? at + 1 : at + 2, end), depth + 1);
  return {
    block: { kind: 'folded', summary: parseInline(summary ?? 'More'), blocks },
    next: end + 1,
  };
};

const readers: readonly Reader[] = [
  readCode,
  readHeading,
  readRule,
  readQuote,
  readList,
  readFolded,
];

function readParagraph(lines: readonly string[], at: number): Found {
  const next = endOf(
    lines,
    at,
    (line, index) => index === at || (line.trim() !== '' && !beginsBlock(line)),
  );
  return {
    block: { kind: 'paragraph', parts: parseInline(lines.slice(at, next).join('\n')) },
    next,
  };
}

function beginsBlock(line: string): boolean {
  return (
    fenceLine.test(line) ||
    itemLine.test(line) ||
    /^ {0,3}(?:#{1,6}\s|>)/.test(line) ||
    line.trim() === '<details>'
  );
}

/** Index of the first line from `at` on that does not belong. */
function endOf(
  lines: readonly string[],
  at: number,
  belongs: (line: string, index: number) => boolean,
): number {
  let end = at;
  while (end < lines.length && belongs(lines[end] ?? '', end)) end += 1;
  return end;
}
