import { describe, expect, it } from 'vitest';

import {
  isComposeFolder,
  mentionsContainers,
  openContainers,
  thisEngine,
} from './open-containers.ts';

describe('container hosts', () => {
  it.each([
    [['compose.yaml', 'README.md'], true],
    [['docker-compose.yml'], true],
    [['app/compose.yaml'], false],
    [['kustomization.yaml', 'compose.yaml.bak'], false],
  ])('are what a folder of %j is for: %s', (paths, expected) => {
    expect(isComposeFolder(paths)).toBe(expected);
  });

  it('are opened for a configuration that may name them, slips included', () => {
    expect(mentionsContainers('targets: { edge: { containrs: {} } }')).toBe(true);
    expect(mentionsContainers('targets: { edge: { kubernetes: {} } }')).toBe(false);
  });

  it('are those of this machine where nothing else is said', async () => {
    const provider = await openContainers({ addresses: {}, searchPath: '' });

    expect(provider.checkTarget(thisEngine.settings)).toEqual([]);
    await provider.close();
  });
});
