/** What is typed, and what for. */
export type CommandExample = readonly [typed: string, about: string];

/** At the end of a command's help, by its words. */
export const commandExamples: Readonly<Record<string, readonly CommandExample[]>> = {
  plan: [
    ['trueup plan ./manifests', 'a folder, on the cluster of your kubeconfig'],
    ['trueup plan . -s "shop-*" --all', 'some stacks of a trueup.yaml, nothing cut'],
    ['trueup plan -s shop/web', 'what a server planned last'],
  ],
  apply: [
    ['trueup apply ./manifests', 'shows the plan, asks, applies, waits until it is healthy'],
    ['trueup apply ./manifests --yes', 'for scripts: 0 when it is done'],
    ['trueup apply -s shop/web', 'a run on a server, watched to its end'],
  ],
  diff: [['trueup diff ./manifests', 'both sides, a few lines around each difference']],
  render: [['trueup render ./manifests', 'what is asked for, secrets sealed']],
  status: [
    ['trueup status ./manifests --all', 'every resource of a folder'],
    ['trueup status', 'all stacks of the server'],
  ],
  drift: [['trueup drift ./manifests', 'what others changed there, and who']],
  'drift adopt': [
    ['trueup drift adopt shop/web', 'by a merge request'],
    ['trueup drift adopt shop/web deployment/web --print | git apply', 'by your own commit'],
  ],
  why: [
    ['trueup why deployment/web spec.replicas --folder ./manifests', 'one field of a folder'],
    ['trueup why deployment/web', 'all that Git sets, on the server'],
  ],
  'rule test': [['trueup rule test .', 'all of tests/rules/, or trueup.rules-test.yaml']],
  history: [['trueup history shop/web -n 5', 'its last five runs']],
  'run show': [['trueup run show --follow 01a2029186', 'watch it; the beginning of an id will do']],
  'mr show': [['trueup mr show gitops 7', 'its plans, and who has to approve them']],
  'mr approve': [['trueup mr approve gitops 7 2e85c297cdb0', 'as a comment on the forge would']],
  approve: [
    ['trueup approve 01a2029186', 'shows the plan, and asks'],
    ['trueup approve 01a2029186 2e85c297cdb0', 'this plan and no other'],
    [
      'trueup approve 01a2029186 --break-glass --reason "the shop is down"',
      'in an emergency, with the role for it',
    ],
  ],
  'mr open': [
    [
      'trueup mr open gitops raise-limit --title "Raise the limit"',
      'from a branch that was pushed',
    ],
  ],
  'mr merge': [
    ['trueup mr merge gitops 7 --method squash', 'now, if nothing stands in its way'],
    ['trueup mr merge gitops 7 --when-green', 'as soon as checks and approvals are there'],
  ],
  'repository protect': [
    ['trueup repository protect gitops main --check ci --approvals 1', 'asks for both'],
  ],
  heal: [['trueup heal "shop/*"', 'every stack of shop that has drifted']],
  rollback: [
    [
      'trueup rollback shop/web 4f5c1d9 --reason "errors since noon"',
      'and pause it until Git agrees',
    ],
    ['trueup rollback --rollout 4f5c1d9', 'what a commit brought: what comes back, and what stays'],
    [
      'trueup rollback --rollout 4f5c1d9 --reason "errors since noon"',
      'a merge request that takes it back, in all stacks',
    ],
  ],
  logs: [
    ['trueup logs deployment/web -f', 'of all of its pods, as it is written'],
    ['trueup logs pod/web-7d9c -s shop/web --stream proxy', 'of one container'],
  ],
  events: [['trueup events -s "shop/*"', 'what happens there, until Ctrl-C']],
  'repository add': [
    ['trueup repository add https://git.example.com/team/shop.git', 'its branch main'],
    ['trueup repository add git@git.example.com:team/shop.git --credential deploy-key', 'by ssh'],
    ['trueup repository add --forge hosted --forge-path shop/gitops', 'one of the built-in forge'],
  ],
  'key rotate': [
    ['trueup key rotate --data /var/lib/trueup --key /etc/trueup/key', 'of a stopped server'],
  ],
  'secret set': [
    ['trueup secret set deploy-key --for repository:shop < ~/.ssh/shop', 'from a file'],
    ['trueup secret set kubeconfig --for target:shop/production', 'asked for, not shown'],
    ['trueup secret set ops-webhook --for alert:shop', 'the URL of a hook'],
  ],
  'alert test': [
    ['trueup alert test slack-ops', 'an alert of trueup.yaml'],
    ['trueup alert test --to slack=ops-webhook', 'before it is written down'],
  ],
  'alert list': [['trueup alert list --state failed', 'what was given up, and why']],
  'member set': [
    ['trueup member set bob --role developer --group ops', 'make bob, or change what bob may do'],
    ['trueup member set bob --role viewer --role admin:shop', 'admin of one repository'],
  ],
  'token create': [
    ['trueup token create --label laptop --for 90d', 'one of your own'],
    ['trueup token create --member ci --label builds', 'one for somebody else'],
  ],
  sandbox: [['trueup sandbox --kubeconfig /tmp/sandbox.yaml', 'then, elsewhere, use that file']],
  login: [
    ['trueup login https://trueup.example.com', 'asks for a token'],
    ["trueup login 'http://127.0.0.1:8484/welcome#trueup_…' --member ada", 'the first time'],
  ],
};

/** As it stands in a help; nothing where there are none. */
export function formatExamples(words: readonly string[], width: number): string {
  const examples = commandExamples[words.join(' ')] ?? [];
  if (examples.length === 0) return '';
  const widest = Math.max(...examples.map(([typed]) => typed.length));
  const inline = examples.map(([typed, about]) => `  ${typed.padEnd(widest)}  # ${about}`);
  const fits = inline.every((line) => line.length <= width);
  const lines = fits ? inline : examples.map(([typed, about]) => `  # ${about}\n  ${typed}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
