/**
 * How a command line wants to be answered: `--quiet` and `--color`, which every command takes. They are looked
 * for before anything is parsed, so that an error about the rest is shown as they ask.
 */
import { type Command, Option } from 'commander';
import { COLOURS, type Surroundings, withColour } from './output.ts';

/** The options, for the help of a command. */
export function addOutputWishes(command: Command): void {
  command
    .option('-q, --quiet', 'print errors and the line that answers, nothing else')
    .addOption(
      new Option(
        '--color <when>',
        'colours: auto (a terminal has them, unless NO_COLOR or FORCE_COLOR say otherwise), always, never',
      ).choices(COLOURS),
    );
}

/** Takes them out of a command's options, which are about what it does. */
export function forgetOutputWishes(command: Command): void {
  for (const name of ['quiet', 'color']) command.setOptionValue(name, undefined);
}

function colourIn(argv: readonly string[]): string | undefined {
  for (const [place, word] of argv.entries()) {
    if (word === '--color') return argv[place + 1];
    if (word.startsWith('--color=')) return word.slice('--color='.length);
  }
  return undefined;
}

/** What these arguments ask for, and the environment in which text is painted so. */
export function outputWishes(argv: readonly string[], env: Surroundings['env']) {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const colour = colourIn(words);
  return {
    quiet: words.includes('--quiet') || words.includes('-q'),
    env: colour === undefined ? env : withColour(env, colour),
  };
}
