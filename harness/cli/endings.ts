/**
 * How each command can end, and the exit code of each ending: the one list that help texts, the program's
 * signals, docs/exit-codes.md and its test are made of.
 */
import type { Command } from 'commander';
import { EXIT_CODES } from '../../infra/errors.ts';
import { wrap } from '../../reports/render/terminal.ts';

/** Every way to end, with its words as the head of a column. */
export const ENDINGS = {
  success: 'success',
  failure: 'what is measured is wrong',
  error: 'our side broke',
  unwritable: 'output cannot be written',
  usage: 'bad options',
  crash: 'a domain crashed',
  skipped: 'skipped',
  interrupted: 'interrupted',
} as const;

/** A way to end. */
export type EndingId = keyof typeof ENDINGS;

/** An ending of a command. */
export interface Ending {
  code: number;
  /** When it comes to that, for this command. */
  when: string;
}

/** A command's endings. What is absent does not happen. */
export type CommandEndings = Readonly<Partial<Record<EndingId, Ending>>>;

const codes: Readonly<Record<EndingId, number>> = { ...EXIT_CODES, unwritable: EXIT_CODES.error };

/** Endings in words, each with its usual code. */
function endings(when: Partial<Record<EndingId, string>>): CommandEndings {
  const usual = {
    unwritable:
      'standard output, or a file that was asked for, cannot be written: a full disk, no such folder',
    usage: 'an option or argument is not known, lacks, or has a value that cannot be',
    interrupted: 'Ctrl-C, SIGTERM or SIGHUP',
  };
  const all: Partial<Record<EndingId, string>> = { ...usual, ...when };
  return Object.fromEntries(
    (Object.keys(ENDINGS) as EndingId[]).flatMap((id) => {
      const text = all[id];
      return text === undefined ? [] : [[id, { code: codes[id], when: text }]];
    }),
  );
}

const NO_RESULT = 'an argument is no result, was changed, or has no figures';
const TAKEN_DOWN = 'Ctrl-C, SIGTERM or SIGHUP; what was up is taken down first';

/** Of each command by its path. */
export const COMMAND_ENDINGS: Readonly<Record<string, CommandEndings>> = {
  run: endings({
    success: 'all that was asked was measured, and nothing was left behind',
    failure: 'a wrong byte, a lost event, a request that FLASK should have refused',
    error:
      'our side or the machine broke, something was left behind on the testbed, or the precision of --until was not reached, whose result is written',
    crash: 'a domain crashed',
    skipped: 'the testbed cannot do what was asked',
    interrupted: `${TAKEN_DOWN}; of a run that is kept on disk, what was measured stays`,
  }),
  report: endings({
    success: 'of a run that succeeded; of several results, of a history and of imported samples',
    failure: 'of a run whose status that is; the report is written',
    error: 'of a run whose status that is; or an argument is no result',
    crash: 'of a run whose status that is; the report is written',
    skipped: 'of a run whose status that is; the report is written',
  }),
  analyse: endings({ success: 'analysed', error: NO_RESULT }),
  claims: endings({ success: 'evaluated, whatever the verdicts', error: NO_RESULT }),
  compare: endings({
    success: 'compared, whatever the verdicts',
    error: `${NO_RESULT}, or they cannot be compared`,
  }),
  gate: endings({
    success:
      'no regression, one that was accepted, or with --append a history or segment that begins',
    failure: 'regression',
    error:
      'it could not tell: a missing arm, another manifest, no data, no clear verdict at all, a run that broke',
    interrupted: TAKEN_DOWN,
  }),
  calibrate: endings({
    success: 'simulated, and no interval is too narrow',
    failure: 'an interval covers less often than it should',
    error: `${NO_RESULT}, or holds nothing to compare with itself`,
  }),
  'false-alarms': endings({
    success: 'compared, whatever the rate',
    error: `${NO_RESULT}, or holds nothing to compare with itself`,
  }),
  sensitivity: endings({
    success: 'every slowdown was noticed',
    failure: 'one was not',
    error: `${NO_RESULT}, or a run broke`,
    crash: 'a domain crashed',
    interrupted: TAKEN_DOWN,
  }),
  'history append': endings({
    success: 'every run is in its history',
    error: `${NO_RESULT}, or the file is no history, or one of another testbed, clock, unit or other options`,
  }),
  'history list': endings({ success: 'listed', error: 'there is no history, or it holds no run' }),
  'history plot': endings({ success: 'drawn', error: 'there is no history, or it holds no run' }),
  export: endings({ success: 'written', error: NO_RESULT }),
  import: endings({
    success: 'imported',
    error: 'the file cannot be read, or a row of it is wrong',
  }),
  doctor: endings({
    success: 'a run can begin',
    error: 'something is missing',
    interrupted: TAKEN_DOWN,
  }),
  clean: endings({
    success: 'all that ended runs left is removed',
    error: 'something could not be removed',
    interrupted: TAKEN_DOWN,
  }),
  worker: {
    ...endings({ error: 'the queue cannot be reached, or is one of another release' }),
    interrupted: {
      code: EXIT_CODES.success,
      when: 'Ctrl-C, SIGTERM or SIGHUP is how it ends: the job goes back to the queue',
    },
  },
  completion: endings({ success: 'printed' }),
  man: endings({ success: 'printed' }),
  help: endings({ success: 'shown; so do --help and --version' }),
};

/** Commands that take down, on a signal, what they have up. Others end at once, by the signal. */
const TAKE_DOWN = ['run', 'worker', 'doctor', 'clean'];

/** Commands that do so while they measure, and else only read. */
const TAKE_DOWN_MEASURING = ['gate', 'sensitivity'];

/** Commands in words. */
function namesOf(paths: readonly string[]): string {
  return paths.map((path) => `\`${path}\``).join(', ');
}

/** Whether a command has something to take down from its beginning on. */
export function takesDown(path: string): boolean {
  return TAKE_DOWN.includes(path);
}

/** A command's name with those above it, without the program's. */
export function pathOf(command: Command): string {
  const above = command.parent;
  return above === null ? '' : `${pathOf(above)} ${command.name()}`.trim();
}

/** Commands that do something, without help, in the order of the program. */
export function pathsIn(command: Command): string[] {
  const inner = command.commands.filter((one) => one.name() !== 'help');
  return inner.length === 0 ? [pathOf(command)] : inner.flatMap((one) => pathsIn(one));
}

/** Columns of a help text, as the program has them. */
const HELP_WIDTH = 96;
const MARGIN = ' '.repeat(7);

/** The codes of a command for its help text. */
export function exitCodeHelp(path: string): string {
  const all = Object.values(COMMAND_ENDINGS[path] ?? {});
  const distinct = [...new Set(all.map(({ code }) => code))].sort((a, b) => a - b);
  const lines = distinct.map((code) => {
    const when = all.filter((ending) => ending.code === code).map((ending) => ending.when);
    const text = wrap(when.join('; or '), HELP_WIDTH - MARGIN.length);
    return `  ${String(code).padStart(3)}  ${text.replaceAll('\n', `\n${MARGIN}`)}`;
  });
  return `Exit code:\n${lines.join('\n')}\n`;
}

/** docs/exit-codes.md, of this program. */
export function exitCodeDocument(program: Command): string {
  const ids = Object.keys(ENDINGS) as EndingId[];
  const paths = [...pathsIn(program), 'help'];
  const codeOf = (path: string, id: EndingId) => COMMAND_ENDINGS[path]?.[id]?.code ?? '–';
  return `# Exit codes

Made from the program by \`npm run docs:exit-codes\`; a test (\`harness/cli/exit-codes.test.ts\`) says when it is not that of the program any more, and drives the commands to these ends.

| command | ${ids.map((id) => ENDINGS[id]).join(' | ')} |
|---|${ids.map(() => '--:').join('|')}|
${paths.map((path) => `| \`${path}\` | ${ids.map((id) => codeOf(path, id)).join(' | ')} |`).join('\n')}

- **–** does not happen.
- **\`--json\`** changes no code; an error is a document on standard output then, too.
- **A reader that goes away** (\`… | head\`) is no error: the code is what it is without it.
- **Interrupted.** Commands that have something up (${namesOf(TAKE_DOWN)}; while they measure, ${namesOf(TAKE_DOWN_MEASURING)}) take it down and exit; a second Ctrl-C ends them at once. The others, and a run that computes its figures, end by the signal itself, however busy they are, and leave no part of a file, which a shell tells as 128 and its number: 130 of Ctrl-C, 143 of SIGTERM.
- **Output that cannot be written** leaves what was there before as it was. A run's result is whole or not there.
- Node.js that is too old, or npm packages that cannot be installed: 2, before any command begins.

${paths
  .map((path) => {
    const own = COMMAND_ENDINGS[path] ?? {};
    const lines = ids.flatMap((id) => {
      const ending = own[id];
      return ending === undefined ? [] : [`| ${ending.code} | ${ending.when} |`];
    });
    return `## ${path}\n\n| code | when |\n|--:|---|\n${lines.join('\n')}`;
  })
  .join('\n\n')}
`;
}
