import { accessSync, constants } from 'node:fs';

/** As in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The Chromium that browser tests run with: the one that is named, else Debian's. `undefined` where nobody
 * asks for them, by `TRUEUP_BROWSER=1` or among `TRUEUP_REQUIRE`, or where there is none.
 */
export function findBrowser(environment: Environment): string | undefined {
  const { TRUEUP_REQUIRE = '', TRUEUP_BROWSER, TRUEUP_CHROMIUM } = environment;
  const required = TRUEUP_REQUIRE.split(',').some((part) => part.trim() === 'browser');
  if (!required && TRUEUP_BROWSER !== '1') return undefined;
  const program = TRUEUP_CHROMIUM ?? '/usr/bin/chromium';
  try {
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    return undefined;
  }
}
