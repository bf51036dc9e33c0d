import type { Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { findPlaces } from './find-places.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
const packed = Buffer.from(pem).toString('base64');

describe('findPlaces', () => {
  it.each<[Json, readonly string[]]>([
    ['https://API.example.com:6443/prefix', ['api.example.com']],
    ['ssh://deploy@edge-1', ['edge-1']],
    ['10.0.0.1:2376', ['10.0.0.1']],
    ['https://[fd00::1]:6443', ['fd00::1']],
    ['eu-central-1', ['eu-central-1']],
    [{ one: 'a', two: ['b', 7, true, null] }, ['one', 'two', 'a', 'b']],
    [pem + pem, []],
    [packed, []],
    [`${packed.slice(0, 40)}.Evil.example`, [`${packed.slice(0, 40)}.evil.example`.toLowerCase()]],
    ['-----BEGIN CERTIFICATE-----\n@evil', ['-----begin certificate-----\n@evil']],
    [`${pem}evil.example`, [`${pem}evil.example`.toLowerCase()]],
    ['-----BEGIN CERTIFICATE-----.evil.example', ['-----begin certificate-----.evil.example']],
    ['https://good.example\\@evil.example', ['https://good.example\\@evil.example']],
    ['https://good.example@evil.example', ['evil.example']],
    ['https://good.example?@evil.example', ['https://good.example?@evil.example']],
    ['good.example\nevil.example', ['good.example\nevil.example']],
    ['', ['']],
  ])('of %j', (value, places) => {
    expect(findPlaces(value)).toEqual(places);
  });
});
