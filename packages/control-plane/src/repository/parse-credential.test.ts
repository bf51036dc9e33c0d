import { describe, expect, it } from 'vitest';

import { parseCredential } from './parse-credential.ts';

describe('parseCredential', () => {
  it.each<readonly [string, object]>([
    ['ada:open:sesame', { kind: 'password', username: 'ada', password: 'open:sesame' }],
    ['glpat-123\n', { kind: 'password', username: 'oauth2', password: 'glpat-123' }],
    ['{"username":"a","password":"b"}', { kind: 'password', username: 'a', password: 'b' }],
    ['{"token":"t"}', { kind: 'token', token: 't' }],
    ['{"privateKey":"k","knownHosts":"h"}', { kind: 'ssh-key', privateKey: 'k', knownHosts: 'h' }],
  ])('reads %j', (text, expected) => {
    expect(parseCredential(text, 'infra')).toEqual(expected);
  });

  it.each(['', '  ', '{"privateKey":"hunter2"}', '{hunter2', '[]\nhunter2', 'hunter2\r\nx: y'])(
    'refuses %j without repeating it',
    (text) => {
      const parse = () => parseCredential(text, 'infra');

      expect(parse).toThrow('infra: not reached');
      expect(parse).not.toThrow('hunter2');
    },
  );
});
