import { afterEach, beforeEach, describe } from 'vitest';

import { itKeepsAlerts } from './store-alert-cases.ts';
import { itKeepsBrowserSessions } from './store-browser-session-cases.ts';
import { itKeepsOneOwner } from './store-claim-cases.ts';
import { itCommits } from './store-commit-cases.ts';
import { itCounts } from './store-count-cases.ts';
import type { StoreFixture } from './store-fixture.ts';
import { itKeepsHosted } from './store-hosted-cases.ts';
import { itKeepsInventories } from './store-inventory-cases.ts';
import { itKeepsEveryKind } from './store-kind-cases.ts';
import { itLeases } from './store-lease-cases.ts';
import { itGivesLinksOnce } from './store-link-cases.ts';
import { itBehavesLikeMemory } from './store-model-cases.ts';
import { itPages } from './store-page-cases.ts';
import { itSweeps } from './store-sweep-cases.ts';

/** The promises of the port `Store` as tests. Every store runs them. */
export function describeStore(name: string, open: () => Promise<StoreFixture>): void {
  describe(`${name}, as the port asks`, () => {
    let fixture: StoreFixture;

    beforeEach(async () => {
      fixture = await open();
    });

    afterEach(async () => {
      await fixture.store.close();
      await fixture.dispose();
    });

    itKeepsEveryKind(() => fixture.store);
    itKeepsInventories(() => fixture.store);
    itCommits(() => fixture.store);
    itLeases(() => fixture.store);
    itKeepsOneOwner(() => fixture.store);
    itGivesLinksOnce(() => fixture.store);
    itKeepsBrowserSessions(() => fixture.store);
    itCounts(() => fixture.store);
    itKeepsHosted(() => fixture.store);
    itKeepsAlerts(() => fixture.store);
    itPages(() => fixture.store);
    itSweeps(() => fixture.store);
    itBehavesLikeMemory(() => fixture.store);
  });
}
