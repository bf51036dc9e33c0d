/** One merge request: planned, approved by somebody else, moved in between, approved again. */
import { line, span } from '../output/line.ts';
import { advancedTo, endOf, textOf } from './event-tests.ts';
import { expectSame, look, NotSeenError, type Play, see, until } from './play.ts';
import { hasBanner, production, settingsPath } from './shop.ts';
import { runOf, showHeld } from './show-plan.ts';

export interface Proposed {
  readonly number: number;
  /** What it would bring. */
  readonly commit: string;
  /** As the comment prints it: `/trueup approve 0123456789ab`. */
  readonly command: string;
}

const file = 'apps/shop/production/settings.yaml';
const banner = 'Free delivery until Friday.';

export async function governShop(play: Play): Promise<void> {
  const { narrator, stage, log } = play;
  narrator.step(
    'Rule',
    'From now on somebody else approves what goes to production, and `main` takes merge requests only.',
  );
  const { last } = log;
  const rule = '    approvals: { count: 1, excludeAuthor: true }\n    drift: report\n    foreign:';
  await stage.repository.edit('trueup.yaml', '    drift: heal\n    foreign:', rule);
  const revision = await stage.repository.push('shop: ask for approvals in production');
  await see(play, 'the rule is in force', advancedTo(revision), last);
  const { protections: _none, ...settings } = await stage.session.hostedRepository('shop');
  const main = { pattern: 'main', approvals: 0, checks: [], resolvedThreads: false };
  await stage.session.changeHosting('shop', { ...settings, protections: [main] });
  await stage.repository.edit(file, 'until Monday', 'until Tuesday');
  const refused = await stage.repository.push('shop: past the rules').catch(() => 'refused');
  expectSame('a push to `main` is refused', refused, 'refused');
}

export async function proposeChange(play: Play): Promise<Proposed> {
  const { narrator, stage } = play;
  narrator.step('Merge request', 'Ada pushes a branch. Trueup plans what the merge would bring.');
  await stage.repository.branch('friday');
  await stage.repository.edit(file, 'until Monday', 'until Friday');
  const commit = await stage.repository.push('shop: free delivery until Friday');
  const title = 'Free delivery until Friday';
  const { number } = await stage.ada.openMergeRequest('shop', { source: 'friday', title });
  const comment = await until(play, 'the plan is a comment on it', () =>
    findComment(play, number, '/trueup approve'),
  );
  narrator.say(comment.split('\n').filter(isOfPlan).map(toLine));
  const command = /\/trueup approve [0-9a-f]{12,}/.exec(comment)?.[0] ?? '';
  return { number, commit, command };
}

export async function approveChange(play: Play, { number, command }: Proposed): Promise<void> {
  const { narrator, stage } = play;
  narrator.step('Approve', 'The approval names the digest of the plan: this change, and no other.');
  narrator.say([line(`ada: ${command}`, 'dim')]);
  await stage.ada.addComment({ repository: 'shop', number }, { body: command });
  const refusal = await until(
    play,
    'Ada may not approve her own change',
    async () =>
      /^- `ada`, `approve`: (.*)$/m.exec((await findComment(play, number, '`ada`')) ?? '')?.[1],
  );
  narrator.say([line(toText(refusal), 'dim')]);
  narrator.say([line(`ben: ${command}`, 'dim')]);
  await stage.ben.addComment({ repository: 'shop', number }, { body: command });
  await until(play, 'Ben may, and has', async () => {
    const { checks } = await viewOf(play, number);
    const approval = checks.find(({ name }) => name === 'trueup/approval');
    return approval?.state === 'passed' || undefined;
  });
}

export async function moveBeforeMerge(play: Play, { number, commit }: Proposed): Promise<void> {
  const { narrator, stage, log } = play;
  narrator.step(
    'Held',
    'Somebody edits the same setting in the cluster, and Ada merges: that is not what Ben has seen.',
  );
  const { last } = log;
  const closed = 'Closed today.';
  await stage.production.edit(settingsPath, { data: { BANNER: closed } });
  const merged = await stage.ada.mergeMergeRequest({ repository: 'shop', number }, { commit });
  if (merged.kind !== 'merged') throw new NotSeenError('the merge request was not merged');
  const revision = merged.commit;
  await see(
    play,
    'the run does not go on',
    (event) =>
      event.stack === production &&
      textOf(event, 'revision') === revision &&
      ['run:held', 'run:awaiting-approval'].includes(event.type),
    last,
  );
  const report = await showHeld(play, revision);
  expectSame('it shows what the cluster says now', report.text.includes(closed), true);
  const { plan, id } = await runOf(play, production, revision);
  const held = log.last;
  await stage.ben.approve(id, plan?.digest ?? '');
  narrator.say([line('ben approves the plan as it is now', 'dim')]);
  await see(play, 'the run has succeeded', endOf(production, revision), held);
  const cluster = stage.production;
  await look(play, 'production shows it', { cluster, path: settingsPath, isSo: hasBanner(banner) });
}

type Line = ReturnType<typeof line>;

function toLine(text: string): Line {
  const tone = text.startsWith('+') ? 'good' : 'bad';
  return /^[-+]/.test(text) ? [span(text, tone)] : line(toText(text));
}

/** Markdown without its marks. */
function toText(markdown: string): string {
  return markdown
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[#*`]|<[^>]*>/g, '')
    .trim();
}

/** The totals, and the fields. */
function isOfPlan(text: string): boolean {
  return text.startsWith('### ') || /^[-+] {3}/.test(text);
}

async function viewOf({ stage, signal }: Play, number: number) {
  return stage.session.mergeRequest({ repository: 'shop', number }, signal);
}

/** Trueup's own one, once it says this. */
async function findComment(
  { stage }: Play,
  number: number,
  text: string,
): Promise<string | undefined> {
  const key = { repository: 'shop', number };
  const { items } = await stage.session.comments(key, { limit: 20 });
  return items.find(({ body }) => body.includes('Trueup') && body.includes(text))?.body;
}
