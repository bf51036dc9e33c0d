import { describe, expect, it } from 'vitest';

import { createLogger } from './create-log.ts';
import type { LogFormat } from './settings/settings.ts';

describe('a line of the log', () => {
  it('is one of JSON for programs', () => {
    const line = log('json', (logger) => logger.warn({ stack: 'infra/shop' }, 'it drifts'));

    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      stack: 'infra/shop',
      msg: 'it drifts',
    });
  });

  it('is one of text for people', () => {
    const fields = { stack: 'infra/shop', tookMs: 12, why: 'no "space" left', at: ['a', 'b'] };
    const line = log('text', (logger) => logger.info(fields, 'it is done'));

    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}it is done /);
    expect(line).toContain(' stack=infra/shop tookMs=12 why="no \\"space\\" left" at=["a","b"]\n');
  });

  it.each<LogFormat>(['json', 'text'])('holds no secret by its name, in %s', (format) => {
    const fields = {
      token: 'hush',
      headers: { authorization: 'hush' },
      a: { b: { value: 'hush' } },
    };
    const line = log(format, (logger) => logger.error(fields, 'it failed'));

    expect(line).not.toContain('hush');
    expect(line).toContain('***');
  });

  it('is one line, and tells a terminal nothing', () => {
    const line = log('text', (logger) =>
      logger.error({ stack: 'a\nb\u001b[2J' }, 'first\nsecond\u001b[31m\u009b1m'),
    );

    const controls = ['\n', '\r', '\u001b', '\u009b'].filter((one) => line.trimEnd().includes(one));
    expect(controls).toEqual([]);
    expect(line).toContain('first second');
  });

  it('is left out below its level', () => {
    expect(log('json', (logger) => logger.debug('no'))).toBe('');
  });
});

function log(format: LogFormat, say: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  say(createLogger({ level: 'info', format, stream }));
  return lines.join('');
}
