import { describeProvider } from './describe-provider.ts';
import { openThingFixture, thingAbilities } from './thing-fixture.ts';

describeProvider('things', openThingFixture, thingAbilities);
