/**
 * Completion for fish.
 */
import { allCommands, type DescribedCommand, type Word } from './description.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Flags of `complete` for what a word may be. */
function wordFlags(word: Word): string {
  switch (word.kind) {
    case 'values':
      return `-x -a ${quoted(`(__fish_complete_list , "string split ' ' '${word.values.join(' ')}'")`)}`;
    case 'file':
      return '-r -F';
    case 'folder':
      return `-x -a '(__fish_complete_directories)'`;
    case 'result':
      return `-x -a '(__tinyvmi_bench_results)'`;
    case 'free':
      return '-x';
  }
}

/** When a command is the one that is typed. */
function condition({ path, commands }: DescribedCommand): string {
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const inner = commands.map(({ path: words }) => words.at(-1)).join(' ');
  const not = inner === '' ? [] : [`not __fish_seen_subcommand_from ${inner}`];
  return quoted([...seen, ...not].join('; and '));
}

function linesOf(command: DescribedCommand): string[] {
  const begin = `complete -c tinyvmi-bench -n ${condition(command)}`;
  return [
    ...command.commands.map(
      ({ path, summary }) => `${begin} -a ${path.at(-1)} -d ${quoted(summary)}`,
    ),
    ...command.options.map(({ names, meaning, value }) => {
      const flags = names.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const takes = value === undefined ? [] : [wordFlags(value)];
      return [begin, ...flags, ...takes, '-d', quoted(meaning)].join(' ');
    }),
    ...command.arguments.slice(0, 1).map(({ word }) => `${begin} ${wordFlags(word)}`),
  ];
}

/** The script, for `tinyvmi-bench completion fish | source`. */
export function fishCompletion(program: DescribedCommand): string {
  return `# Completion of tinyvmi-bench for fish. Made by: tinyvmi-bench completion fish

# Results below results/runs, or any folder.
function __tinyvmi_bench_results
    for file in results/runs/*/manifest.json results/runs/*/imported.json
        string replace -r '/[^/]*$' '' $file
    end
    __fish_complete_directories
end

complete -c tinyvmi-bench -f
${allCommands(program).flatMap(linesOf).join('\n')}
`;
}
