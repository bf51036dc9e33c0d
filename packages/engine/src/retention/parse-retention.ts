import { nearestName } from '@trueup/diagnostics';
import { parseDuration } from '../configuration/parse-duration.ts';
import { type Aging, agingKinds, defaultRetention, type RetentionRules } from './retention.ts';

const perStack = 'runs-per-stack';

/**
 * Reads `event=30d,run=1d12h,audit=forever,runs-per-stack=20`: what is not named is kept for as long as
 * `defaultRetention` says. Whatever is wrong is told at once.
 */
export function parseRetention(
  text: string,
): { readonly rules: RetentionRules } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const keepMs: Record<Aging, number | undefined> = { ...defaultRetention.keepMs };
  let { runsPerStack } = defaultRetention;
  for (const part of text.split(',').map((one) => one.trim())) {
    const [name = '', value = ''] = part.split('=', 2);
    const kind = agingKinds.find((one) => one === name);
    const age = parseAge(value);
    const count = /^\d{1,4}$/.test(value) ? Number(value) : undefined;
    if (kind && age) keepMs[kind] = age.ms;
    else if (name === perStack && count !== undefined) runsPerStack = count;
    else problems.push(explain(part, name));
  }
  return problems.length > 0 ? { problems } : { rules: { keepMs, runsPerStack } };
}

/** The opposite, for people: days where they are whole. */
export function formatRetention({ keepMs, runsPerStack }: RetentionRules): string {
  const ages = agingKinds.map((kind) => `${kind}=${formatAge(keepMs[kind])}`);
  return [...ages, `${perStack}=${runsPerStack}`].join(',');
}

function parseAge(value: string): { readonly ms: number | undefined } | undefined {
  if (value === 'forever') return { ms: undefined };
  const ms = parseDuration(value);
  return ms === undefined ? undefined : { ms };
}

function formatAge(ms: number | undefined): string {
  if (ms === undefined) return 'forever';
  const seconds = Math.round(ms / 1000);
  return seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`;
}

function explain(part: string, name: string): string {
  const names = [...agingKinds, perStack];
  if (names.includes(name)) {
    const wanted = name === perStack ? 'a number up to 9999' : 'a duration (30d, 12h) or forever';
    return `${part}: ${name} takes ${wanted}`;
  }
  const nearest = nearestName(name, names);
  const advice = nearest === undefined ? `known: ${names.join(', ')}` : `did you mean ${nearest}?`;
  return `${part}: there is no ${name === '' ? 'name in it' : name}; ${advice}`;
}
