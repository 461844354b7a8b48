/**
 * Completion for zsh, by its _arguments.
 */
import {
  allCommands,
  type DescribedCommand,
  type DescribedOption,
  type Word,
} from './description.ts';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text within the brackets or after the colon of a specification. */
function inSpec(text: string): string {
  return text.replace(/[[\]:\\]/g, (sign) => `\\${sign}`);
}

function actionOf(word: Word): string {
  switch (word.kind) {
    case 'values':
      return `_values -s , value ${word.values.map(inSpec).join(' ')}`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'result':
      return '_tinyvmi_bench_results';
    case 'free':
      return ' ';
  }
}

function optionSpec({ names, meaning, value }: DescribedOption): string {
  const message = `[${inSpec(meaning)}]`;
  const takes = value === undefined ? '' : `:value:${actionOf(value)}`;
  // With an equals sign after its name, an option takes its value in the same word or in the next.
  const equals = value === undefined ? '' : '=';
  return names
    .map(
      (name) =>
        `    ${quoted(`*${name}${name.startsWith('--') ? equals : ''}${message}${takes}`)} \\`,
    )
    .join('\n');
}

function functionName(path: readonly string[]): string {
  return ['_tinyvmi_bench', ...path].join('_').replaceAll('-', '_');
}

function leafFunction({ path, options, arguments: own }: DescribedCommand): string {
  const specs = own.map(({ word, repeated }, place) =>
    quoted(`${repeated ? '*' : place + 1}:${path.at(-1)}:${actionOf(word)}`),
  );
  return `${functionName(path)}() {
  _arguments -s \\
${options.map(optionSpec).join('\n')}
    ${specs.join(' ')}
}`;
}

function groupFunction({ path, options, commands }: DescribedCommand): string {
  const names = commands.map(
    ({ path: words, summary }) => `      ${quoted(`${words.at(-1)}:${inSpec(summary)}`)}`,
  );
  const cases = commands.map(
    ({ path: words }) => `        ${words.at(-1)}) ${functionName(words)} ;;`,
  );
  return `${functionName(path)}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -s -C \\
${options.map(optionSpec).join('\n')}
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${names.join('\n')}
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}`;
}

/** The script, for `source <(tinyvmi-bench completion zsh)` or as a file `_tinyvmi-bench` in $fpath. */
export function zshCompletion(program: DescribedCommand): string {
  const functions = allCommands(program).map((command) =>
    command.commands.length > 0 ? groupFunction(command) : leafFunction(command),
  );
  return `#compdef tinyvmi-bench
# Completion of tinyvmi-bench for zsh. Made by: tinyvmi-bench completion zsh

# Results below results/runs, or any folder.
_tinyvmi_bench_results() {
  local -a results=(results/runs/*/(manifest|imported).json(N:h))
  compadd -f -a results || _files -/
}

${functions.join('\n\n')}

if [[ $funcstack[1] == _tinyvmi-bench ]]; then
  _tinyvmi_bench "$@"
else
  compdef _tinyvmi_bench tinyvmi-bench
fi
`;
}
