/**
 * The manual page, in the macros of man(7).
 */
import type { DescribedCommand } from './description.ts';

/** What a program's environment means to it. */
const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['TINYVMI_CACHE', 'folder of images and snapshots (default: ~/.cache/tinyvmi-bench)'],
  ['TINYVMI_SNAPSHOTS_MIB', 'room on disk for snapshots, in MiB (default: 4096)'],
  ['TINYVMI_STATE', 'folder of journals of hosts (default: ~/.local/state/tinyvmi-bench)'],
  ['TINYVMI_QUEUE_PASSWORD', 'password of the queue of --queue'],
  ['NO_COLOR', 'no colours, when it is not empty; --color wins over it'],
  ['FORCE_COLOR', 'colours without a terminal, when it is neither empty nor 0'],
];

const FILES: readonly (readonly [string, string])[] = [
  ['testbeds.yaml, ~/.config/tinyvmi-bench/testbeds.yaml', 'hosts with Xen, by name'],
  ['results/runs/', 'results, a folder each'],
];

/** Text that roff leaves alone. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./gm, '\\&.');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

function tagged(tag: string, text: string): string[] {
  return ['.TP', `.B ${escapeRoff(tag)}`, escapeRoff(text === '' ? '–' : text)];
}

function verbatim(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n').map((line) => (line === '' ? '\\&' : escapeRoff(line)));
  return ['.PP', '.nf', ...lines, '.fi'];
}

function usage({ path, options, arguments: own, commands }: DescribedCommand): string {
  const rest = [
    ...(options.length > 0 ? ['[options]'] : []),
    ...(commands.length > 0 ? ['<command>'] : []),
    ...own.map(({ text }) => text),
  ];
  return `.B tinyvmi\\-bench ${path.map(escapeRoff).join(' ')}\n${escapeRoff(rest.join(' '))}`;
}

function commandSection(command: DescribedCommand): string[] {
  const { path, description, arguments: own, options, commands, further } = command;
  if (path.at(-1) === 'help') return [];
  return [
    `.SS ${escapeRoff(path.join(' '))}`,
    usage(command),
    '.PP',
    escapeRoff(description),
    ...own.flatMap(({ text, meaning }) => tagged(text, meaning)),
    ...options.flatMap(({ flags, meaning }) => tagged(flags, meaning)),
    ...verbatim(further),
    ...commands.flatMap(commandSection),
  ];
}

/** The page. The same program gives the same bytes, so it has no date. */
export function manualPage(program: DescribedCommand, version: string): string {
  const lines = [
    `.TH TINYVMI\\-BENCH 1 "" "tinyvmi\\-bench ${escapeRoff(version)}" "User Commands"`,
    ...section('NAME', [
      'tinyvmi\\-bench \\- introspection of virtual machines on Xen, measured from Dom0 and from a unikernel',
    ]),
    ...section('SYNOPSIS', [usage(program)]),
    ...section('DESCRIPTION', [escapeRoff(program.description), ...verbatim(program.further)]),
    ...section(
      'OPTIONS',
      program.options.flatMap(({ flags, meaning }) => tagged(flags, meaning)),
    ),
    ...section('COMMANDS', program.commands.flatMap(commandSection)),
    ...section(
      'ENVIRONMENT',
      ENVIRONMENT.flatMap(([name, meaning]) => tagged(name, meaning)),
    ),
    ...section(
      'FILES',
      FILES.flatMap(([name, meaning]) => tagged(name, meaning)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
