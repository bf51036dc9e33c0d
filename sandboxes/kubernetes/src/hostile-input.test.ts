import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Any, map, maps, openSandbox, type SandboxClient } from './testing/sandbox-client.ts';

describe('input that means no good', () => {
  let client: SandboxClient;

  beforeEach(async () => {
    client = await openSandbox({ controllers: false });
  });

  afterEach(() => client[Symbol.asyncDispose]());

  it('keeps members with names of the language', async () => {
    const text = JSON.stringify(map('a')).replace(
      '}}',
      '}, "data": {"__proto__": "x", "constructor": "y", "toString": "z"}}',
    );

    const made = await client.send('POST', maps, text);
    const { body } = await client.send(
      'PATCH',
      `${maps}/a`,
      '{"data":{"__proto__":"w"}}',
      'application/merge-patch+json',
    );

    expect(made.text).toContain('"__proto__":"x"');
    expect(JSON.stringify(body)).toContain('"__proto__":"w"');
    expect(Object.prototype).not.toHaveProperty('w');
  });

  it('refuses bodies that are too large', async () => {
    const data = { a: 'x'.repeat(4 * 1024 * 1024) };

    const answer = await client.send('POST', maps, { ...(map('a') as Any), data });

    expect(answer.status).toBe(413);
  });

  it('refuses what is nested without end', async () => {
    const revision =
      '{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a"},"revision":1,"data":';
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const path = '/apis/apps/v1/namespaces/default/controllerrevisions';

    const open = await client.send('POST', path, '['.repeat(100_000));
    const closed = await client.send('POST', path, `${revision}${nested(200_000)}}`);

    expect([open.status, closed.status]).toEqual([400, 500]);
  });

  it('refuses patches that nobody could work off', async () => {
    await client.apply(`${maps}/a`, map('a'));
    const operations = Array.from({ length: 10_001 }, () => ({
      op: 'test',
      path: '/kind',
      value: 'ConfigMap',
    }));

    const answer = await client.send(
      'PATCH',
      `${maps}/a`,
      operations,
      'application/json-patch+json',
    );

    expect(answer.status).toBe(413);
  });

  it.each([
    '/api/v1/%zz',
    '/apis//v1/x',
    '/api/v1/namespaces/..%2f..%2fetc',
    '/openapi/v3/../../x',
    '/apis/%00',
  ])('finds nothing at %s', async (path) => {
    expect((await client.send('GET', path)).status).toBe(404);
  });

  it('outlives clients that send no HTTP', async () => {
    const { hostname, port } = new URL(client.sandbox.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));

    socket.on('error', () => undefined);
    socket.end('no http at all\r\n\r\n');
    socket.resume();
    await closed;

    expect((await client.send('GET', maps)).status).toBe(200);
  });
});
