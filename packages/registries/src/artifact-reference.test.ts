import { describe, expect, it } from 'vitest';

import { formatArtifactReference, parseArtifactReference } from './artifact-reference.ts';
import { parseChallenge } from './authenticate.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('a reference to an artifact', () => {
  it.each([
    'ghcr.io/org/charts/redis:1.2.3',
    'localhost:5000/a',
    `registry.example.com/a/b__c/d-e.f:v1@${digest}`,
    `[::1]:5000/a@${digest}`,
  ])('is %s', (text) => {
    const reference = parseArtifactReference(text);

    expect(reference && formatArtifactReference(reference)).toBe(text);
    expect(parseArtifactReference(`oci://${text}`)).toEqual(reference);
  });

  it.each([
    ['docker.io/nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['index.docker.io/grafana/loki:3', 'docker.io/grafana/loki:3'],
    ['registry-1.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['example.com/nginx:1.27', 'example.com/nginx:1.27'],
  ])('is one of Docker Hub by all of its names: %s', (text, name) => {
    const reference = parseArtifactReference(text);

    expect(reference && formatArtifactReference(reference)).toBe(name);
  });

  it.each([
    ...['', 'redis', 'host/', '/a', 'host/A', 'host/a:', 'host/a:b c', 'host/a@sha256:1', 'a b/c'],
    ...[
      'host/../a',
      'host/a/../b',
      'host//a',
      'user@host/a',
      'https://host/a',
      `host/a@${digest}@x`,
    ],
    `host/${'a'.repeat(256)}`,
  ])('is not %s', (text) => {
    expect(parseArtifactReference(text)).toBeUndefined();
  });
});

describe('a challenge', () => {
  it('is a token rather than a password', () => {
    const header =
      'Basic realm="a", Bearer realm="https://t.example.com/x",service="s",scope="r:a:pull,push"';

    expect(parseChallenge(header)).toEqual({
      scheme: 'bearer',
      realm: 'https://t.example.com/x',
      service: 's',
      scope: 'r:a:pull,push',
    });
    expect(parseChallenge('Negotiate')).toBeUndefined();
    expect(parseChallenge('')).toBeUndefined();
  });
});
