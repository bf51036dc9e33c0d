/**
 * Draws what a command printed on a terminal as an SVG, for the README.
 *
 *     FORCE_COLOR=1 npx trueup demo --exit | node tools/draw-terminal.ts 'npm run demo' > docs/images/demo.svg
 */
import { stripVTControlCharacters } from 'node:util';

const colours: Readonly<Record<number, string>> = {
  30: '#6e7681',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  37: '#e6edf3',
  90: '#8b949e',
};
const plain = '#e6edf3';
const [cell, row, margin] = [8.4, 19, 18];
const bar = 34;

interface Look {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Run extends Look {
  readonly column: number;
  readonly text: string;
}

export function drawTerminal(title: string, output: string): string {
  const lines = output.replaceAll('\r', '').trimEnd().split('\n');
  const columns = Math.max(60, ...lines.map((line) => stripVTControlCharacters(line).length));
  const width = Math.ceil(columns * cell + 2 * margin);
  const height = lines.length * row + bar + 2 * margin;
  const body = lines.map((line, index) => drawLine(line, bar + margin + (index + 0.75) * row));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escapeXml(title)}">
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="20" cy="17" r="5.5" fill="#ff5f57"/><circle cx="38" cy="17" r="5.5" fill="#febc2e"/><circle cx="56" cy="17" r="5.5" fill="#28c840"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">
<text x="${width / 2}" y="22" fill="#8b949e" text-anchor="middle">${escapeXml(title)}</text>
${body.filter((text) => text !== '').join('\n')}
</g>
</svg>
`;
}

function drawLine(line: string, y: number): string {
  return toRuns(line)
    .map(({ column, text, colour, bold, dim }) => {
      const weight = bold ? ' font-weight="700"' : '';
      const fade = dim ? ' opacity="0.65"' : '';
      const x = (margin + column * cell).toFixed(1);
      return `<text x="${x}" y="${y.toFixed(1)}" fill="${colour}"${weight}${fade}>${escapeXml(text)}</text>`;
    })
    .join('');
}

/** Pieces of one look, each where it stands. Blanks need no drawing. */
function toRuns(line: string): readonly Run[] {
  const runs: Run[] = [];
  let look: Look = { colour: plain, bold: false, dim: false };
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals are told.
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals are told.
    const [, codes] = /^\u001b\[([0-9;]*)m$/.exec(part) ?? [];
    if (codes !== undefined) look = changeLook(look, codes);
    else {
      if (part.trim() !== '') runs.push({ ...look, column, text: part });
      column += part.length;
    }
  }
  return runs;
}

function changeLook(look: Look, codes: string): Look {
  return codes.split(';').map(Number).reduce(changeOne, look);
}

function changeOne(look: Look, code: number): Look {
  if (code === 0) return { colour: plain, bold: false, dim: false };
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, colour: plain };
  return { ...look, colour: colours[code] ?? look.colour };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

if (import.meta.main) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  process.stdout.write(drawTerminal(process.argv[2] ?? '', Buffer.concat(chunks).toString()));
}
