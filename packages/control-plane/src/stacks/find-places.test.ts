import type { Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { findPlaces } from './find-places.ts';

describe('findPlaces', () => {
  it.each<[Json, readonly string[]]>([
    ['https://API.example.com:6443/prefix', ['api.example.com']],
    ['ssh://deploy@edge-1', ['edge-1']],
    ['10.0.0.1:2376', ['10.0.0.1']],
    ['https://[fd00::1]:6443', ['fd00::1']],
    ['eu-central-1', ['eu-central-1']],
    [{ one: 'a', two: ['b', 7, true, null] }, ['one', 'two', 'a', 'b']],
    ['-----BEGIN CERTIFICATE-----\nMII', []],
    ['LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t', []],
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
