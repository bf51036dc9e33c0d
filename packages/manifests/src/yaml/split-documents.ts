/** Cuts a stream into documents before anything is parsed, so that a broken one hides no other. */

export interface DocumentText {
  /** With its `---` line, so that positions inside it are those of the file from `firstLine` on. */
  readonly text: string;
  /** Of `text`, counted from 1. */
  readonly firstLine: number;
  /** Where the content begins, counted from 1: the line that a person would point at. */
  readonly contentLine: number;
}

/**
 * A marker in the first column ends every construct of YAML, quoted text included, so cutting by
 * lines is exact. Documents without content are left out.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let firstLine = 1;

  for (const end of [...markerOffsets(text), text.length]) {
    const piece = text.slice(start, end);
    const { kind, linesBefore } = findContent(piece);
    // Directives stand in front of the `---` of the document that they are about.
    if (kind === 'directives') continue;
    if (kind === 'content') {
      documents.push({ text: piece, firstLine, contentLine: firstLine + linesBefore });
    }
    firstLine += countLineBreaks(piece);
    start = end;
  }
  return documents;
}

/** Line breaks are those of YAML 1.2, unlike those of `^` in a regular expression. */
export function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  if (!text.includes('\r')) return count;
  for (const _return of text.matchAll(/\r(?!\n)/g)) count += 1;
  return count;
}

function markerOffsets(text: string): readonly number[] {
  const markers = text.matchAll(/(?:^|(?<=[\r\n]))(?:---|\.\.\.)(?=[ \t\r\n]|$)/g);
  return [...markers].map(({ index }) => index);
}

interface Content {
  readonly kind: 'content' | 'directives' | 'nothing';
  readonly linesBefore: number;
}

function findContent(piece: string): Content {
  let kind: Content['kind'] = 'nothing';
  let linesBefore = 0;
  for (const [, line = ''] of piece.matchAll(/([^\r\n]*)(?:\r\n?|\n|$)/g)) {
    if (line.startsWith('%')) kind = 'directives';
    else if (line.startsWith('---')) kind = 'nothing';
    if (!(isEmptyLine(line) || isDirective(line, kind))) return { kind: 'content', linesBefore };
    linesBefore += 1;
  }
  return { kind, linesBefore };
}

/** A marker by itself is empty, too: what it ends or begins is elsewhere. */
function isEmptyLine(line: string): boolean {
  return /^\uFEFF?(?:---|\.\.\.)?[ \t]*(?:(?:^|[ \t])#.*)?$/.test(line);
}

function isDirective(line: string, kind: Content['kind']): boolean {
  return kind === 'directives' && line.startsWith('%');
}
