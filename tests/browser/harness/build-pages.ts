/** Before all browser tests: builds the pages once, where somebody is going to look at them. */
import { join } from 'node:path';

import { buildWeb } from '../../../tools/build-web.ts';
import { findBrowser } from './find-browser.ts';

export async function setup(): Promise<void> {
  if (findBrowser(process.env) === undefined) return;
  await buildWeb(join(import.meta.dirname, '../../../apps/web/dist'));
}
