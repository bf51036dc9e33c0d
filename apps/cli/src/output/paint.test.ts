import { describe, expect, it } from 'vitest';

import { line, span } from './line.ts';
import { cutLine, lineWidth, paint, paintLine, plainLook } from './paint.ts';

const colourful = { colours: true, ascii: false };

describe('painted lines', () => {
  it('have colours only where they are wanted', () => {
    const text = [[span('- ', 'bad'), span('web')]];

    expect(paint(text, plainLook)).toBe('- web\n');
    expect(paint(text, colourful)).toBe('\u001b[31m- \u001b[39mweb\n');
  });

  it('let no foreign colour through', () => {
    expect(paintLine(line('\u001b[2Jgone', 'good'), colourful)).toBe(
      '\u001b[32m\\x1b[2Jgone\u001b[39m',
    );
  });

  it('end where their text does', () => {
    expect(paintLine([span('web'), span('   ')], plainLook)).toBe('web');
  });

  it.each<[number, string]>([
    [20, 'update web restarts'],
    [12, 'update web …'],
    [7, 'update…'],
    [6, 'updat…'],
  ])('are cut to %i columns across their spans', (columns, text) => {
    const long = [span('update ', 'update'), span('web '), span('restarts', 'warn')];

    const cut = cutLine(long, columns);

    expect(paintLine(cut, plainLook)).toBe(text);
    expect(lineWidth(cut)).toBeLessThanOrEqual(columns);
  });
});
