/** How a checkout builds its pages: by the tool that also builds those of the package. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { stripVTControlCharacters } from 'node:util';

import type { Logger } from '../../create-log.ts';
import type { WebPagesOptions } from './web-pages.ts';

/** The first of what it said, for the log. */
const mostOutput = 4000;

/** What the pages are made of. */
const sources = [
  ...['apps/web/src', 'apps/web/public', 'packages/api/src', 'packages/diagnostics/src'],
  ...['apps/web/index.html', 'apps/web/vite.config.ts', 'apps/web/package.json'],
];

/** Where the pages of this installation are, and how they come there. */
export function locatePages(logger: Logger): WebPagesOptions {
  const root = join(import.meta.dirname, '../../../../..');
  const folder = join(root, 'apps/web/dist');
  const tool = join(root, 'tools/build-web.ts');
  if (!existsSync(tool)) return { folder };
  const build = {
    isNewerThan: (builtMs: number) => anyNewer(root, builtMs),
    run: async (signal: AbortSignal) => {
      logger.info('builds the pages of the browser, once and after changes of their sources');
      const { code, output } = await runTool(tool, signal);
      if (code === 0) return logger.info('built the pages of the browser');
      if (!signal.aborted) logger.error({ output }, 'could not build the pages of the browser');
      throw new Error('The pages were not built.');
    },
  };
  return { folder, build };
}

async function anyNewer(root: string, builtMs: number): Promise<boolean> {
  for (const source of sources) {
    const place = join(root, source);
    const entries = await readdir(place, { recursive: true }).catch(() => ['']);
    for (const entry of ['', ...entries]) {
      const found = await stat(join(place, entry)).catch(() => undefined);
      if (found && found.mtimeMs > builtMs) return true;
    }
  }
  return false;
}

interface ToolEnd {
  readonly code: number | null;
  readonly output: string;
}

function runTool(tool: string, signal: AbortSignal): Promise<ToolEnd> {
  return new Promise((done) => {
    const child = spawn(execPath, [tool], { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let output = '';
    const note = (bytes: Buffer): void => {
      output = `${output}${stripVTControlCharacters(bytes.toString())}`.slice(0, mostOutput);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.on('error', (error) => done({ code: null, output: `${output}${error.message}` }));
    child.on('close', (code) => done({ code, output }));
  });
}
