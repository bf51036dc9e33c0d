import { describeForge } from './describe-forge.ts';
import { memoryAbilities, openMemoryFixture } from './memory-fixture.ts';

describeForge('a forge in memory', openMemoryFixture, memoryAbilities);
