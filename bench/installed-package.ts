import { join } from 'node:path';

import { buildPackage } from '../tools/package/build-package.ts';

/** Below `node_modules`, where it finds its libraries, as it would when it is installed. */
const folder = join(import.meta.dirname, '../node_modules/.cache/trueup-package');

let built: Promise<string> | undefined;

/** The folder of what people install: `npm run build`, of this checkout, once per run. */
export function installedPackage(): Promise<string> {
  built ??= buildPackage(folder).then(() => folder);
  return built;
}
