import type { Suite } from './suite.ts';
import { standAlone } from './suites/stand-alone.ts';

/** In the order in which they run. */
export const suites: readonly Suite[] = [standAlone];
