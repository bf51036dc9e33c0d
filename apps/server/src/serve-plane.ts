import type { ControlPlane } from '@trueup/control-plane';

import { createLogger } from './create-log.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { locatePages } from './http/web/build-pages.ts';
import { openWebPages } from './http/web/web-pages.ts';
import { listen } from './listen.ts';
import { openMetrics } from './metrics/metrics.ts';

export interface ServedPlane extends AsyncDisposable {
  /** `http://127.0.0.1:4711` */
  readonly url: string;
}

export interface ServePlaneOptions {
  /** What went wrong and nobody else hears of: one line of text each. */
  readonly onTrouble: (line: string) => void;
}

/**
 * Serves a control plane that somebody else runs, on a free port of loopback: API, pages and git. Disposing
 * it ends what is under way; the control plane stays.
 */
export async function servePlane(
  plane: ControlPlane,
  { onTrouble }: ServePlaneOptions,
): Promise<ServedPlane> {
  await using opened = new AsyncDisposableStack();
  const stream = { write: (line: string) => onTrouble(line.trimEnd()) };
  const logger = createLogger({ level: 'error', format: 'text', stream });
  const metrics = openMetrics(plane);
  opened.defer(() => metrics.close());
  const pages = openWebPages(locatePages(logger));
  opened.defer(() => pages.close());
  const http = await createHttpServer({ plane, logger, metrics, pages, trustProxy: false });
  opened.defer(() => http.close());
  const url = await listen(http, { host: '127.0.0.1', port: 0 });
  const kept = opened.move();
  return { url, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
