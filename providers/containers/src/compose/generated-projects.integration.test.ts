/** Projects made up from seeds: what `docker compose` makes of them is what we make of them, refusals included. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { askCompose } from '../testing/ask-compose.ts';
import { generateCompose } from '../testing/generate-compose.ts';
import { asAnswered, readProjectCase } from '../testing/read-as-compose.ts';

/** The test bed builds it when its group `compose` is named. */
const program = join(process.env['KUBEBUILDER_ASSETS'] ?? '/nowhere', 'docker-compose');
/** One reading of these takes 15 s; five hundred others agreed as well when this was written. */
const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

/** We put files into containers, which a read-only root does not allow: ours alone to refuse. */
const ownRefusals = ['CONTAINERS_READ_ONLY_FILES'];

describe.runIf(existsSync(program))('a project that was made up', () => {
  it.each(seeds)('from seed %d is what compose makes of it', async (seed) => {
    const project = generateCompose(seed);
    const answer = askCompose(program, project);
    const ours = await readProjectCase(project);
    const isOwnRefusal = ours.errors.some(({ code }) => ownRefusals.includes(code));
    const isRefused = !answer || isOwnRefusal;

    const expected = isRefused ? 'refused' : await readProjectCase(asAnswered(project, answer));

    expect(ours.errors.length > 0 ? 'refused' : ours).toEqual(expected);
  });
});
