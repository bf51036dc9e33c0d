/** Completion scripts, written from what commander knows. They call nothing and read nothing. */
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

export function isShell(text: string): text is Shell {
  return shells.some((shell) => shell === text);
}

/** A command of one or two words, and what may follow it. */
interface Completed {
  /** Empty for `trueup` itself. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** Names of the commands below. */
  readonly below: readonly Completed[];
}

interface CompletedFlag {
  readonly long: string;
  readonly short?: string;
  readonly about: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export function formatCompletion(shell: Shell, program: Command): string {
  const root = readCommand(program, []);
  const formats = { bash: formatBash, zsh: formatZsh, fish: formatFish };
  return formats[shell](root);
}

function readCommand(command: Command, words: readonly string[]): Completed {
  return {
    words,
    summary: command.summary() || command.description(),
    flags: command.options.flatMap((option) => {
      if (option.long == null) return [];
      return [
        {
          long: option.long,
          about: option.description,
          takesValue: option.required || option.optional,
          choices: option.argChoices ?? [],
          ...(option.short != null && { short: option.short }),
        },
      ];
    }),
    below: command.commands.map((one) => readCommand(one, [...words, one.name()])),
  };
}

function flatten(completed: Completed): readonly Completed[] {
  return [completed, ...completed.below.flatMap(flatten)];
}

function formatBash(root: Completed): string {
  const cases = flatten(root).map(({ words, flags, below }) => {
    const names = below.map(({ words: name }) => name.at(-1) ?? '');
    const answers = [...names, ...flags.map(({ long }) => long)].join(' ');
    return `    '${words.join(' ')}') words='${answers}' ;;`;
  });
  const values = flatten(root)
    .flatMap(({ flags }) => flags)
    .filter(({ choices }) => choices.length > 0)
    .map(({ long, short, choices }) => {
      const flag = short === undefined ? long : `${short}|${long}`;
      return `    ${flag}) words='${choices.join(' ')}' ;;`;
    });
  return `# bash completion of trueup
_trueup() {
  local current previous command='' words='' word
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) ;;
      *) case "$command $word" in
${flatten(root)
  .filter(({ words }) => words.length > 0)
  .map(
    ({ words }) =>
      `        '${words.slice(0, -1).join(' ')} ${words.at(-1)}') command="\${command:+$command }$word" ;;`,
  )
  .join('\n')}
      esac ;;
    esac
  done
  case "$command" in
${cases.join('\n')}
  esac
  case "$previous" in
${[...new Set(values)].join('\n')}
  esac
  if [[ -n "$words" ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
  if [[ "$current" != -* && \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _trueup trueup
`;
}

function formatZsh(root: Completed): string {
  const functions = flatten(root).map(({ words, flags, below }) => {
    const name = ['_trueup', ...words].join('_');
    const specs = flags.map(zshFlag);
    if (below.length === 0) {
      return `${name}() {\n  _arguments -s ${[...specs, "'*:file:_files'"].join(' \\\n    ')}\n}`;
    }
    const names = below.map(({ words: one, summary }) => `    '${one.at(-1)}:${quote(summary)}'`);
    const cases = below.map(
      ({ words: one }) => `      ${one.at(-1)}) ${['_trueup', ...one].join('_')} ;;`,
    );
    return `${name}() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  _arguments -C ${[...specs, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')}
  case $state in
    command) _describe command commands ;;
    rest) case $words[1] in
${cases.join('\n')}
    esac ;;
  esac
}`;
  });
  return `#compdef trueup\n# zsh completion of trueup\n${functions.reverse().join('\n')}\n_trueup "$@"\n`;
}

function zshFlag({ long, about, takesValue, choices }: CompletedFlag): string {
  const value = choices.length > 0 ? `(${choices.join(' ')})` : '_files';
  return `'${long}[${quote(about)}]${takesValue ? `:value:${value}` : ''}'`;
}

/** What means something within the quotes of a specification. */
function quote(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, (found) => `\\${found}`);
}

function formatFish(root: Completed): string {
  const lines = flatten(root).flatMap(({ words, flags, below }) => {
    const [first, second] = words;
    const names = below.map(({ words: one }) => one.at(-1) ?? '');
    const seen = [first, second].filter((word) => word !== undefined);
    const when = [
      ...seen.map((word) => `__fish_seen_subcommand_from ${word}`),
      ...(below.length > 0 ? [`not __fish_seen_subcommand_from ${names.join(' ')}`] : []),
    ].join('; and ');
    return [
      ...below.map(
        ({ words: one, summary }) =>
          `complete -c trueup -f -n '${when}' -a ${one.at(-1)} -d '${fishQuote(summary)}'`,
      ),
      ...flags.map((flag) => fishFlag(flag, seen)),
    ];
  });
  return `# fish completion of trueup\n${lines.join('\n')}\n`;
}

function fishFlag(flag: CompletedFlag, words: readonly string[]): string {
  const { long, short, about, takesValue, choices } = flag;
  const when = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  const condition = when === '' ? '' : ` -n '${when}'`;
  const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : ' -r';
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`;
  return `complete -c trueup${condition}${letter} -l ${long.slice(2)}${takesValue ? value : ''} -d '${fishQuote(about)}'`;
}

function fishQuote(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
