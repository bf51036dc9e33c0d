/**
 * Words that people bring along from other tools, or that are near at hand, and what they are here.
 * Below a command the key is both words.
 */
const wordsElsewhere: Readonly<Record<string, string>> = {
  sync: '`trueup apply` brings targets to what the files say.',
  deploy: '`trueup apply` brings targets to what the files say.',
  up: '`trueup apply` brings targets to what the files say.',
  reconcile: '`trueup apply` brings targets to what the files say; `trueup heal` puts back drift.',
  preview: '`trueup plan` says what would change.',
  validate: '`trueup plan` tells all that is wrong with the files.',
  policy: 'Here they are rules, in trueup.yaml: `trueup rule test` tests them.',
  test: '`trueup rule test` runs the tests of rules.',
  lint: '`trueup plan` tells all that is wrong with the files.',
  build: '`trueup render` prints what the files ask for.',
  template: '`trueup render` prints what the files ask for.',
  destroy: 'What is deleted stands in Git: `removed` in trueup.yaml.',
  delete: 'What is deleted stands in Git: `removed` in trueup.yaml.',
  blame: '`trueup why` says who set a field.',
  explain: '`trueup why` says who set a field.',
  get: '`trueup status` shows stacks and their resources.',
  list: '`trueup status` shows stacks and their resources.',
  watch: '`trueup events` shows what happens as it happens.',
  reject: 'Whoever does not agree ends the run: `trueup run cancel RUN`.',
  deny: 'Whoever does not agree ends the run: `trueup run cancel RUN`.',
  cancel: '`trueup run cancel RUN` ends a run.',
  resume: '`trueup run resume RUN` lets a held run go on.',
  retry: '`trueup apply -s STACK` starts a new run; `trueup run resume RUN` lets a held one go on.',
  undo: '`trueup rollback STACK REVISION` brings a stack back, `trueup rollback --rollout COMMIT` all of them.',
  pause: '`trueup stack pause STACK` leaves a stack alone.',
  unpause: '`trueup stack unpause STACK` ends that.',
  freeze:
    'Freezes stand in trueup.yaml, in a rule. `trueup stack pause STACK` leaves a stack alone.',
  unfreeze: 'Freezes stand in trueup.yaml, in a rule.',
  application: 'Here it is a stack: `trueup stack`.',
  app: 'Here it is a stack: `trueup stack`.',
  user: 'Here they are members: `trueup member`.',
  logout: '`trueup login --logout` forgets the server and the token.',
  server: '`trueup serve` runs the server.',
  start: '`trueup serve` runs the server.',
  version: '`trueup --version` prints it.',
  init: 'A folder of manifests needs nothing. More than one stack? Write a trueup.yaml.',
  'stack list': '`trueup status` lists the stacks.',
  'stack status': '`trueup status -s STACK` says how it is.',
  'stack history': '`trueup history STACK` lists its runs.',
  'stack logs': '`trueup logs RESOURCE` shows the log of a resource.',
  'run approve': '`trueup approve RUN` approves what a run would do.',
  'run reject': 'Whoever does not agree ends the run: `trueup run cancel RUN`.',
  'run retry': '`trueup apply -s STACK` starts a new run.',
  'run start': '`trueup apply -s STACK` starts a run.',
  'run watch': '`trueup run show --follow RUN` watches it.',
  'run logs': '`trueup run show RUN` shows its journal.',
  'repository show': '`trueup repository list` shows all of them.',
  'repository sync': '`trueup repository fetch NAME` fetches it soon.',
  'secret get': 'A secret that is kept is shown to nobody.',
  'secret show': 'A secret that is kept is shown to nobody.',
  'secret add': '`trueup secret set NAME` keeps one.',
  'member add': '`trueup member set NAME --role ROLE` makes one.',
  'token add': '`trueup token create` makes one.',
  'token remove': '`trueup token revoke ID` makes one useless.',
};

/** What a word is called here, in a sentence. */
export function findWordElsewhere(word: string, command: string | undefined): string | undefined {
  const key = command === undefined ? word : `${command} ${word}`;
  return Object.hasOwn(wordsElsewhere, key) ? wordsElsewhere[key] : undefined;
}
