/**
 * The program's commands, options and arguments as plain data, read from the program itself: what completion and
 * the manual page are made of.
 */
import type { EventEmitter } from 'node:events';
import type { Argument, Command, Option } from 'commander';
import { valuesOf } from '../option-values.ts';

/** What a word may be: one of some, a file, a folder, a result, or anything. */
export type Word =
  | { kind: 'values'; values: readonly string[] }
  | { kind: 'file' | 'folder' | 'result' | 'free' };

/** An option. */
export interface DescribedOption {
  /** With its value, as in the help: `-q, --quiet`, `--out <folder>`. */
  flags: string;
  /** Its names with their dashes. */
  names: string[];
  meaning: string;
  /** What follows it; undefined: nothing. */
  value: Word | undefined;
}

/** An argument. */
export interface DescribedArgument {
  /** As in a usage line: `<results...>`. */
  text: string;
  meaning: string;
  word: Word;
  repeated: boolean;
}

/** A command. */
export interface DescribedCommand {
  /** Its words: `['history', 'append']`; of the program none. */
  path: string[];
  summary: string;
  description: string;
  options: DescribedOption[];
  arguments: DescribedArgument[];
  commands: DescribedCommand[];
  /** What its help says after its options: examples, exit codes. */
  further: string;
}

/** What a placeholder stands for. Those that are not here can be anything. */
const PLACEHOLDERS: Readonly<Record<string, 'file' | 'folder' | 'result'>> = {
  file: 'file',
  files: 'file',
  path: 'file',
  history: 'file',
  folder: 'folder',
  run: 'result',
  runs: 'result',
  result: 'result',
  results: 'result',
  a: 'result',
  b: 'result',
  baseline: 'result',
};

function wordOf(placeholder: string, values: readonly string[]): Word {
  if (values.length > 0) return { kind: 'values', values };
  return { kind: PLACEHOLDERS[placeholder] ?? 'free' };
}

function placeholderOf(flags: string): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
}

function describeOption(option: Option): DescribedOption {
  const { flags, short, long, description, required, optional } = option;
  const hasValue = required || optional;
  return {
    flags,
    names: [short, long].filter((name) => name !== undefined),
    meaning: description,
    value: hasValue ? wordOf(placeholderOf(flags), valuesOf(option)) : undefined,
  };
}

function describeArgument(argument: Argument): DescribedArgument {
  const { required, variadic, description, argChoices = [] } = argument;
  const name = argument.name();
  const inner = `${name}${variadic ? '...' : ''}`;
  return {
    text: required ? `<${inner}>` : `[${inner}]`,
    meaning: description,
    word: wordOf(name, argChoices),
    repeated: variadic,
  };
}

/** What a command's help says after its options. */
function furtherOf(command: Command): string {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  // commander writes these texts as listeners of this event; its types do not say that it emits them.
  const emitter = command as unknown as EventEmitter;
  emitter.emit('afterHelp', { error: false, command, write });
  return text.trim();
}

/** The command with all below it. */
export function describeProgram(command: Command, path: readonly string[] = []): DescribedCommand {
  const help = command.createHelp();
  return {
    path: [...path],
    summary: command.summary() || command.description(),
    description: command.description() || command.summary(),
    options: help.visibleOptions(command).map(describeOption),
    arguments: command.registeredArguments.map(describeArgument),
    commands: help
      .visibleCommands(command)
      .map((one) =>
        one.name() === 'help'
          ? helpCommand(command, one, path)
          : describeProgram(one, [...path, one.name()]),
      ),
    further: furtherOf(command),
  };
}

/** `help`, which takes a command. */
function helpCommand(command: Command, help: Command, path: readonly string[]): DescribedCommand {
  const values = command.commands.map((one) => one.name());
  return {
    ...describeProgram(help, [...path, 'help']),
    arguments: [
      { text: '[command]', meaning: '', word: { kind: 'values', values }, repeated: false },
    ],
  };
}

/** A command and all below it, in their order. */
export function allCommands(command: DescribedCommand): DescribedCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
