/**
 * Before all end-to-end tests: builds the package and installs it, so that they run what people
 * install. It starts sooner than the checkout, too, which hundreds of starts feel.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { buildPackage } from '../../../tools/package/build-package.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the package is installed. */
    readonly package: string;
  }
}

const root = join(import.meta.dirname, '../../..');

export async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-package-'));
  // Below `node_modules`, where Node takes no TypeScript: so is a package when it is installed.
  const installed = join(folder, 'node_modules/trueup');
  await buildPackage(installed);
  for (const library of librariesOf(installed)) {
    const link = join(folder, 'node_modules', library);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', library), link);
  }
  provide('package', installed);
  return () => rmSync(folder, { recursive: true });
}

function librariesOf(place: string): readonly string[] {
  const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  return Object.keys(dependencies);
}
