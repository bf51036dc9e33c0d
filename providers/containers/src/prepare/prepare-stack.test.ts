import { StalledError, TransientError } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { Shop, serviceOf } from '../testing/shop.ts';

const remote = { image: 'registry.example.com/shop/web:1' };

describe('preparing', () => {
  it.each(['REGISTRY_NOT_FOUND', 'REGISTRY_DENIED'])(
    'tells at its line what a registry refuses for good: %s',
    async (code) => {
      const shop = new Shop(serviceOf(remote));
      shop.registryError = new StalledError(code, 'registry.example.com/shop/web: not read');

      expect((await shop.prepare()).diagnostics).toMatchObject([
        { severity: 'error', code, origin: { file: 'compose.yaml', line: 1 } },
      ]);
    },
  );

  it('comes again where a registry answers 429, 503, or half of a body', async () => {
    const shop = new Shop(serviceOf(remote));
    shop.registryError = new TransientError('REGISTRY_UNAVAILABLE', 'not read: it answers 429');

    await expect(shop.prepare()).rejects.toBe(shop.registryError);
  });

  it('tells that a host lacks an image that nobody can fetch', async () => {
    const shop = new Shop(serviceOf({ image: 'localhost/testbed/none:1' }));

    expect((await shop.prepare()).diagnostics).toMatchObject([
      { code: 'CONTAINERS_IMAGE_MISSING', summary: expect.stringContaining('edge-1') },
    ]);
  });

  it('refuses files for a read-only root, and mounts that the repository does not have', async () => {
    const rest = { configs: { app: { content: 'x' } } };
    const closed = await new Shop(serviceOf({ read_only: true, configs: ['app'] }, rest)).prepare();
    const empty = await new Shop(serviceOf({ volumes: ['./data:/data'] })).prepare();

    expect(closed.diagnostics).toMatchObject([{ code: 'CONTAINERS_READ_ONLY_FILES' }]);
    expect(empty.diagnostics).toMatchObject([{ code: 'COMPOSE_FILE_MISSING' }]);
  });

  it('reads which digest an image has as an input, since tags move', async () => {
    const shop = new Shop(serviceOf(remote));

    expect((await shop.prepare()).inputsRead).toEqual([
      { name: 'image:registry.example.com/shop/web:1', digest: shop.digest },
    ]);
  });

  it('knows no host that the target does not have', async () => {
    const shop = new Shop(serviceOf({}));
    shop.stack = { ...shop.stack, settings: { hosts: ['edge-9'] } };

    expect((await shop.prepare()).diagnostics).toMatchObject([{ code: 'CONTAINERS_HOST_UNKNOWN' }]);
  });
});
