import { findOwners, type OwnersClaim } from '../owners/find-owners.ts';
import type { AskedRequirement } from './asked-requirement.ts';
import type { RuleOccasion } from './rule-occasion.ts';

/** What matching may cost at once, in comparisons of names: a fifth of a second. */
const mostComparisons = 2_000_000;
/** Of a pattern with stars, in the same. */
const costOfStars = 10;

/**
 * Takes the owners of the changed files for `codeowners`: one requirement for each set of people, as
 * every file needs one of its own. Where it cannot be told who they are nobody counts.
 */
export function askOwners(
  asked: AskedRequirement,
  { owners, paths }: Pick<RuleOccasion, 'owners' | 'paths'>,
): readonly AskedRequirement[] {
  const others = asked.from.filter((one) => one !== 'codeowners');
  const nobody = (why: string): readonly AskedRequirement[] => [
    { ...asked, from: [...others, 'codeowners'], because: join(asked.because, why) },
  ];
  if (owners === 'unreadable') return nobody('CODEOWNERS is too large to be read');
  const sections = owners === 'absent' ? [] : owners.sections;
  const entries = sections.flatMap((section) => section.entries);
  const cost = entries.reduce((sum, { pattern }) => sum + (pattern.stars ? costOfStars : 1), 0);
  if (cost * paths.length > mostComparisons) {
    return nobody(`${paths.length} files changed, too many to find their owners`);
  }
  const claims = paths.flatMap((path) => claimsOn(path, { sections }));
  const groups = Map.groupBy(claims, ({ claim }) => JSON.stringify(claim));
  const requirements = [...groups.values()].map((group): AskedRequirement => {
    const [{ claim, path } = { claim: nobodys, path: '' }] = group;
    const more = group.length > 1 ? ` and ${group.length - 1} more` : '';
    const { from, count } = claim;
    const who = from.length === 0 ? 'nobody owns' : 'they own';
    return {
      ...asked,
      // Who else counts does so for every file; without them, one that nobody owns asks anybody.
      from: [...others, ...from],
      count: Math.max(asked.count, count),
      because: join(asked.because, `${who} ${showPath(path)}${more}`),
    };
  });
  return requirements.length > 0 ? requirements : [{ ...asked, from: others }];
}

/** Whoever names a file writes this: on one line, and short. */
function showPath(path: string): string {
  const plain = path.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
  return plain.length > longestPath ? `…${plain.slice(-longestPath)}` : plain;
}

const longestPath = 100;

interface Claim {
  readonly from: readonly string[];
  readonly count: number;
}

const nobodys: Claim = { from: [], count: 1 };

function claimsOn(
  path: string,
  file: Parameters<typeof findOwners>[0],
): readonly { readonly path: string; readonly claim: Claim }[] {
  const found = findOwners(file, path);
  if (found.length === 0) return [{ path, claim: nobodys }];
  return found.map(({ owners, count }: OwnersClaim) => ({
    path,
    claim: { from: [...new Set(owners)].sort().map((owner) => `owner:${owner}`), count },
  }));
}

function join(because: string | undefined, why: string): string {
  return because === undefined ? why : `${because}, and ${why}`;
}
