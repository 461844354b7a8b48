/**
 * Commands about the program itself: completion and the manual page.
 */
import { Argument, type Command } from 'commander';
import { bashCompletion } from './bash.ts';
import { type DescribedCommand, describeProgram } from './description.ts';
import { fishCompletion } from './fish.ts';
import { manualPage } from './man.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS: Readonly<Record<string, (program: DescribedCommand) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Adds `completion` and `man`. They describe the program as it is when they are called. */
export function addDescriptionCommands(program: Command, writeOut: (text: string) => void): void {
  program
    .command('completion')
    .summary('a script that completes commands, options and values in a shell')
    .description(
      'Prints a script for a shell. It completes commands, options, their values and results; nothing of tinyvmi-bench runs while you type.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Examples:
  source <(tinyvmi-bench completion bash)      in ~/.bashrc
  source <(tinyvmi-bench completion zsh)       in ~/.zshrc, after compinit
  tinyvmi-bench completion fish | source       in ~/.config/fish/config.fish
`,
    )
    .action((shell: string) => writeOut(SHELLS[shell]?.(describeProgram(program)) ?? ''));

  program
    .command('man')
    .summary('the manual page')
    .description('Prints the manual page, in the language of man.')
    .addHelpText(
      'after',
      `
Examples:
  tinyvmi-bench man | man -l -
  tinyvmi-bench man > ~/.local/share/man/man1/tinyvmi-bench.1
`,
    )
    .action(() => writeOut(manualPage(describeProgram(program), program.version() ?? '')));
}
