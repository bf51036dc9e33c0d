import { describe, expect, it } from 'vitest';

import { isThisMachine } from './is-this-machine.ts';
import { mentionsOci } from './open-oci.ts';

describe('a file that is about registries', () => {
  it.each([
    ['targets: { images: { oci: { registry: ghcr.io } } }', true],
    ['targets: { images: { ocr: { registry: ghcr.io } } }', true],
    ['targets: { here: { kubernetes: {} } }', false],
    ['stacks: [{ name: social, target: here }]', false],
  ])('is found by the word: %s', (text, expected) => {
    expect(mentionsOci(text)).toBe(expected);
  });
});

describe('a registry of this machine', () => {
  it.each([
    ['localhost:5000', true],
    ['127.0.0.1:5000', true],
    ['[::1]:5000', true],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com:5000', false],
  ])('is known by its host: %s', (host, expected) => {
    expect(isThisMachine(host)).toBe(expected);
  });
});
