/**
 * The commands and their options, with help texts that teach.
 */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Benchmark, NumberParameter } from '../../bench/benchmark.ts';
import { NAMED_BENCHMARKS } from '../../bench/registry.ts';
import { STATE_MEANINGS } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import { EMULATED } from '../../infra/testbed.ts';
import { REPORT_FORMATS } from '../../reports/write.ts';
import { MOST_JOBS } from '../campaign/jobs.ts';
import { EVIDENCE } from '../plan/anatomy/plan.ts';
import { BOOT_NUMBERS } from '../plan/boot/plan.ts';
import { DENSITY_NUMBERS } from '../plan/density/plan.ts';
import { EVENTS_CHOICES, EVENTS_NUMBERS } from '../plan/events/options.ts';
import { FOOTPRINT_CHOICES } from '../plan/footprint/plan.ts';
import { COMMON_CHOICES, COMMON_NUMBERS } from '../plan/options.ts';
import {
  GUEST_REGIONS,
  PAGE_SIZES,
  PAGE_WALK_NUMBERS,
  PROTOCOL_CHOICES,
} from '../plan/page-walk/options.ts';
import { MOST_BLOCKS } from '../plan/until.ts';
import type { CleanOptions } from './commands/clean.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import { DEFAULT_HISTORY } from './commands/history.ts';
import { DEFAULT_REPORTS, type RawReportOptions } from './commands/report.ts';
import type { RunCommandOptions } from './commands/run-options.ts';
import { TRIES } from './commands/run-testbeds.ts';
import type { WorkerOptions } from './commands/worker.ts';
import { addDescriptionCommands } from './describe/commands.ts';
import { COMMAND_ENDINGS, exitCodeHelp, pathOf } from './endings.ts';
import { taking } from './option-values.ts';
import { addOutputWishes, forgetOutputWishes } from './output-wishes.ts';
import {
  addResultCommands,
  DEFAULT_RUNS,
  JSON_MEANING,
  type ResultActions,
} from './results-program.ts';

/** What the commands do; the program only reads their arguments. */
export interface Actions extends ResultActions {
  run(options: RunCommandOptions): Promise<void>;
  report(results: string[], options: RawReportOptions): Promise<void>;
  doctor(options: DoctorOptions & { json: boolean; offline: boolean }): Promise<void>;
  clean(options: CleanOptions & { json: boolean }): Promise<void>;
  worker(options: WorkerOptions): Promise<void>;
}

/** Version of this program, from package.json. */
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

function numberOption({ name, meaning, min, max, default: value }: NumberParameter): Option {
  return new Option(`--${name} <n>`, `${meaning}, ${min} to ${max} (default: ${value})`);
}

function testbedOption(): Option {
  return taking(
    new Option(
      '--testbed <where>',
      `host with Xen: ${EMULATED}, ssh:user@host[:port], local (in its Dom0), or a name in testbeds.yaml; run takes several, with commas between (default: ${EMULATED})`,
    ),
    [EMULATED, 'local'],
  );
}

function testbedsOption(): Option {
  return new Option(
    '--testbeds <file>',
    'file of hosts (default: testbeds.yaml here, or in ~/.config/tinyvmi-bench/)',
  );
}

function choiceOption(flags: string, meaning: string, choices: readonly string[]): Option {
  return taking(
    new Option(flags, `${meaning}: ${choices.join(', ')} (default: ${choices[0]})`),
    choices,
  );
}

function statesText({ stateTitle, states }: Benchmark): string {
  const width = Math.max(...states.map((state) => state.length));
  const lines = states.map((state) => `  ${state.padEnd(width)} ${STATE_MEANINGS[state]}`);
  return `${stateTitle}:\n${lines.join('\n')}`;
}

const ALL_BENCHMARKS: readonly Benchmark[] = NAMED_BENCHMARKS;
const USUAL_ARMS = [...new Set(ALL_BENCHMARKS.flatMap((benchmark) => benchmark.arms))];
const FURTHER_ARMS = [...new Set(ALL_BENCHMARKS.flatMap(({ furtherArms = [] }) => furtherArms))];
const STATES = [...new Set(ALL_BENCHMARKS.flatMap(({ states }) => states))];

const RUN_HELP = `
Examples:
  tinyvmi-bench run                                    the whole comparison, 500 pages
  tinyvmi-bench run --state tables --pages 100000      one state, far past every cache
  tinyvmi-bench run --arm minios --blocks 1            a quick look at one arm
  tinyvmi-bench run --bench events --state cpuid       one kind of event
  tinyvmi-bench run --clock wall --state 'vcpus-*'     events of 1, 2, 4 and 8 vcpus at once
  tinyvmi-bench run --bench boot,footprint             how fast, with how little memory
  tinyvmi-bench run --bench density --domains-at-most 32   more and more introspectors
  tinyvmi-bench run --bench code-size --state lines    lines of code alone: nothing is booted
  tinyvmi-bench run --page-size 2m                     2 MiB pages: walks of three levels
  tinyvmi-bench run --jobs 2                           two benchmarks at once, on two machines
  tinyvmi-bench run --boots 4                          restarts the host: how do boots differ?
  tinyvmi-bench run --until 0.5%                       adds blocks until ratios are known so well
  tinyvmi-bench run --resume ${DEFAULT_RUNS}/.campaign-<id>     goes on after an interruption
  tinyvmi-bench run --testbed ssh:root@xen1 --dry-run  on a real host: docs/real-hosts.md
  tinyvmi-bench run --testbed lab,attic,emulated       side by side, and a comparison
  tinyvmi-bench run --testbed lab --queue redis://hub  by a worker next to the testbed
  tinyvmi-bench run --aa --blocks 1                    each arm against itself
  tinyvmi-bench run --json > run.json                  for scripts; progress goes to stderr

${NAMED_BENCHMARKS.map(statesText).join('\n\n')}

What it costs: the first run builds the images (Xen from Debian's source, a Dom0, a target, the
introspectors) in up to 15 minutes; later ones take them from the cache and need under 3 minutes.
About 1.5 GiB of memory, more for many pages.
What it leaves: a folder below ${DEFAULT_RUNS}/ with samples.csv, summary.json, manifest.json and the
report. Everything else that it started is removed, however it ends. Of an interrupted run of several
boots or creations of domains, what was measured stays in .campaign-<id>, until --resume made it a
result or clean --campaigns removed it; at most the batch in flight is lost (of events: the job).
`;

const REPORT_HELP = `
Examples:
  tinyvmi-bench report ${DEFAULT_RUNS}/2026-01-31T12-00-00Z-a1b2c3
  tinyvmi-bench report <run> --format pdf,latex --out paper/
  tinyvmi-bench report <before> <after>            a comparison; sets: a,b or a folder of results
  tinyvmi-bench report <run> <run> <run>           side by side
  tinyvmi-bench report ${DEFAULT_HISTORY}/<name>.jsonl

What it leaves:
  report.html   one file, no scripts, nothing from elsewhere
  report.md     for a forge, with the first charts as PNG
  report-short.md   for a comment on a pull request: fewer than 20,000 characters
  paper.pdf     two columns, vector figures; the same result gives the same bytes
  latex/        report.tex with booktabs tables and pgfplots figures, and their data
  report.json   what all of them are made of
Files of these names are written over; either all of them are new, or none.
`;

const WORKER_HELP = `
Examples:
  tinyvmi-bench worker --queue redis://hub --testbed lab
  tinyvmi-bench run --queue redis://hub --testbed lab,attic      on any other machine

Whoever can write to that Redis can have runs made here: give it a password, and TLS (rediss://) on
networks of others. The password may be in the environment variable TINYVMI_QUEUE_PASSWORD.
`;

/** The program. Parsing it calls one of the actions; help texts go to `writeOut`. */
export function makeProgram(actions: Actions, writeOut: (text: string) => void): Command {
  const program = new Command('tinyvmi-bench')
    .version(version, '-V, --version', 'print the version')
    .description(
      'Measures what it costs to move virtual machine introspection out of Dom0 into a unikernel domain, on a Xen host that it boots itself.',
    )
    .addHelpText(
      'after',
      '\nBegin with:  tinyvmi-bench doctor   and then   tinyvmi-bench run\nEach command explains itself:  tinyvmi-bench run --help\n',
    );

  program
    .command('run')
    .summary('run the comparison and write its report')
    .description(
      `Boots an emulated Xen host and asks of both arms: ${NAMED_BENCHMARKS.map(({ question }) => question).join(' ')} A wrong byte, a lost event, or a request that FLASK should have refused and did not, makes the run fail.`,
    )
    .addOption(
      taking(
        new Option(
          '--bench <name>',
          `benchmark, repeatable: ${COMMON_CHOICES.bench.join(', ')} (default: all)`,
        ),
        COMMON_CHOICES.bench,
      ).argParser(collect),
    )
    .addOption(
      taking(
        new Option(
          '--arm <arm>',
          `arm to measure, repeatable: ${USUAL_ARMS.join(', ')}; and, only when asked for, ${FURTHER_ARMS.join(', ')} (default: all of the first)`,
        ),
        [...USUAL_ARMS, ...FURTHER_ARMS],
      ).argParser(collect),
    )
    .addOption(
      taking(
        new Option(
          '--state <state>',
          `state to measure, repeatable, a star at the end stands for all that begin so: ${STATES.join(', ')} (default: all)`,
        ),
        STATES,
      ).argParser(collect),
    )
    .addOption(numberOption(PAGE_WALK_NUMBERS.pages))
    .addOption(numberOption(PAGE_WALK_NUMBERS.batch))
    .addOption(choiceOption('--page-size <size>', "size of the target's pages", PAGE_SIZES))
    .addOption(
      taking(
        new Option(
          '--target <kind>',
          `kind of target domain: ${COMMON_CHOICES.target.join(', ')}; or the name or id of a guest of the host, which is only read unless more is allowed (default: ${COMMON_CHOICES.target[0]})`,
        ),
        COMMON_CHOICES.target,
      ),
    )
    .option('--address <hex>', "of such a guest: where its pages are (default: its kernel's text)")
    .addOption(
      choiceOption(
        '--region <part>',
        "of such a guest: what is read of it, its kernel's text or pages of the process that its vcpu 0 is in",
        GUEST_REGIONS,
      ),
    )
    .option('--allow-pause', 'of such a guest: it may be paused while it is measured')
    .option(
      '--allow-events',
      'of such a guest: its events may be listened to (--bench events); what that does to it is in docs/real-hosts.md',
    )
    .addOption(numberOption(EVENTS_NUMBERS.events))
    .addOption(numberOption(EVENTS_NUMBERS.walk))
    .addOption(numberOption(EVENTS_NUMBERS.vcpus))
    .addOption(
      choiceOption('--wait <how>', EVENTS_CHOICES.wait.meaning, EVENTS_CHOICES.wait.choices),
    )
    .addOption(
      choiceOption('--notify <when>', EVENTS_CHOICES.notify.meaning, EVENTS_CHOICES.notify.choices),
    )
    .addOption(
      taking(
        new Option(
          '--protocol <name>',
          `protocols of page-walk: ${Object.keys(PROTOCOL_CHOICES).join(', ')}; both adds the paper's, to compare with (default: both)`,
        ),
        Object.keys(PROTOCOL_CHOICES),
      ),
    )
    .option(
      '--minios-image <file>',
      'a Mini-OS of your own, linked with our introspector.o: arm minios-own, beside ours or with --arm instead of it',
    )
    .addOption(testbedOption())
    .addOption(testbedsOption())
    .addOption(
      choiceOption(
        '--privilege <by>',
        "by what right a domain reads its target: FLASK's policy, or, on a Xen without FLASK, a stub domain's privilege, which proves less",
        COMMON_CHOICES.privilege,
      ),
    )
    .addOption(
      choiceOption(
        '--start <how>',
        'how the emulated host is brought up: from a snapshot that the first run makes, or by a boot, which --boots does anyway',
        COMMON_CHOICES.start,
      ),
    )
    .addOption(choiceOption('--xen <series>', "the emulated host's Xen", COMMON_CHOICES.xen))
    .addOption(choiceOption('--dom0 <mode>', "the emulated host's Dom0", COMMON_CHOICES.dom0))
    .option('--allow-policy-load', "load the host's FLASK policy of testbeds.yaml for the run")
    .option('--no-report', 'write the result alone; report <run> draws its report, on any machine')
    .option('--tune', 'make the host quiet for the run: pinning, rate limit, governor, turbo')
    .option('--dry-run', 'print every command that would change something on the host, and end')
    .addOption(numberOption(BOOT_NUMBERS.starts))
    .addOption(numberOption(BOOT_NUMBERS.linuxStarts))
    .addOption(
      choiceOption(
        '--search <what>',
        FOOTPRINT_CHOICES.search.meaning,
        FOOTPRINT_CHOICES.search.choices,
      ),
    )
    .addOption(numberOption(DENSITY_NUMBERS.domainsAtMost))
    .addOption(
      taking(
        new Option(
          '--anatomy <evidence>',
          `what anatomy goes by: ${EVIDENCE.join(', ')}; instructions adds a log of every instruction, which takes minutes and an emulated testbed (default: ${EVIDENCE[0]})`,
        ),
        EVIDENCE,
      ),
    )
    .option(
      '--counting-rule <file>',
      'what counts as code of an arm, as JSON (default: bench/code-size/rule.json)',
    )
    .option(
      '--recount',
      "count the sources of Dom0's packages instead of taking the committed counts: 180 MB, minutes",
    )
    .option('--aa', 'A/A: measure each arm against itself; every difference is chance')
    .addOption(numberOption(COMMON_NUMBERS.boots))
    .addOption(numberOption(COMMON_NUMBERS.domains))
    .addOption(numberOption(COMMON_NUMBERS.blocks))
    .option(
      '--until <percent>',
      `adds blocks (with --boots or --domains: those) until the 95 % interval of each ratio of arms is at most so wide, 0.5% for one; --blocks, --boots and --domains are then the most (default: ${MOST_BLOCKS} blocks)`,
    )
    .addOption(numberOption(COMMON_NUMBERS.repeat))
    .addOption(numberOption(PAGE_WALK_NUMBERS.warmup))
    .addOption(numberOption(COMMON_NUMBERS.seed))
    .addOption(numberOption(COMMON_NUMBERS.hostMemory))
    .addOption(
      choiceOption(
        '--clock <kind>',
        'what the clock counts: instructions or time; on real hosts wall',
        COMMON_CHOICES.clock,
      ),
    )
    .addOption(
      new Option(
        '--jobs <n>',
        `emulated machines that measure at the same time, 1 to ${MOST_JOBS}, one benchmark on each; no count depends on how many (default: one a core, as far as memory goes; where machines boot cold, all benchmarks share one)`,
      ),
    )
    .addOption(numberOption(COMMON_NUMBERS.timeout))
    .addOption(numberOption(COMMON_NUMBERS.seededSlowdown))
    .addOption(numberOption(TRIES))
    .option(
      '--queue <redis>',
      'have the workers of this queue measure: redis://host[:port][/database]',
    )
    .option('--resumable', 'keep the run on disk while it lasts, as one of several boots is')
    .option('--resume <folder>', 'go on with an interrupted run, with its own options')
    .option('--out <folder>', 'folder of results', DEFAULT_RUNS)
    .option('--json', JSON_MEANING, false)
    .addHelpText('after', RUN_HELP)
    .action((options) => actions.run(options));

  program
    .command('report')
    .summary('a report that can be published, of any results')
    .description(
      'Reads results, checks schemas and the hash of every file, and renders a report. Of one result: all that it says. Of two, or two sets: a comparison. Of more: side by side. Of a history (.jsonl): its course. Needs neither Xen nor QEMU.',
    )
    .argument('<results...>', `folders below ${DEFAULT_RUNS}/, sets of them, or a history`)
    .addOption(
      taking(
        new Option(
          '--format <names>',
          `formats, with commas: ${REPORT_FORMATS.join(', ')} (default: all)`,
        ),
        REPORT_FORMATS,
      ),
    )
    .option(
      '--out <folder>',
      `folder of the report (default: the result's own; of several, one below ${DEFAULT_REPORTS}/)`,
    )
    .option('--tables', 'of a run: print every main table, not only its main figures', false)
    .option('--json', JSON_MEANING, false)
    .addHelpText('after', REPORT_HELP)
    .action((results, options) => actions.report(results, options));

  program
    .command('doctor')
    .summary('what this machine can do, and what is missing')
    .description(
      'Looks at everything that a run needs and names the command that mends what is missing. Installs and removes nothing.',
    )
    .option('--offline', 'do not ask the package archives', false)
    .addOption(testbedOption())
    .addOption(testbedsOption())
    .option('--json', JSON_MEANING, false)
    .addHelpText(
      'after',
      '\nExamples:\n  tinyvmi-bench doctor\n  tinyvmi-bench doctor --offline --json\n  tinyvmi-bench doctor --testbed ssh:root@xen1   looks at a real host, and changes nothing\n',
    )
    .action((options) => actions.doctor(options));

  program
    .command('clean')
    .summary('remove what ended runs left, and the cache if asked')
    .description(
      'Removes what killed runs left: emulated hosts, their folders, unfinished builds and results. Results and what runs now stay.',
    )
    .option('--cache', 'remove the built images as well: the next run builds them anew', false)
    .addOption(testbedOption())
    .addOption(testbedsOption())
    .option('--dry-run', 'of a host: print the commands, and run none')
    .option('--journal <id>', 'of a host: undo this journal of a machine that is gone')
    .option('--campaigns', 'remove interrupted runs as well: they cannot be resumed then', false)
    .option('--out <folder>', 'folder of results', DEFAULT_RUNS)
    .option('--json', JSON_MEANING, false)
    .addHelpText(
      'after',
      '\nExamples:\n  tinyvmi-bench clean            what killed runs left\n  tinyvmi-bench clean --testbed xen1 --dry-run    what killed runs left on a real host\n  tinyvmi-bench clean --cache    that, and about 400 MB of images: the next run takes minutes longer\n',
    )
    .action((options) => actions.clean(options));

  program
    .command('worker')
    .summary('measure on a testbed what others submit to a queue')
    .description(
      'Takes the jobs of one testbed from a queue, one at a time, and measures them with its own files and its own way to the host. Ctrl-C gives a job back. A job whose worker was killed goes to the next one, which goes on from what was measured when it has the same --out.',
    )
    .requiredOption('--queue <redis>', 'Redis or Valkey: redis://host[:port][/database]')
    .addOption(testbedOption())
    .addOption(testbedsOption())
    .option('--allow-pause', 'jobs may pause a guest that is there already')
    .option('--allow-events', 'jobs may listen to the events of such a guest')
    .option('--allow-policy-load', "jobs may load the host's FLASK policy of testbeds.yaml")
    .option('--allow-tune', 'jobs may change settings of the host for their run')
    .option('--out <folder>', 'folder of results, where a copy of each stays', DEFAULT_RUNS)
    .addHelpText('after', WORKER_HELP)
    .action((options) => actions.worker(options));

  const groups = addResultCommands(program, actions);
  addDescriptionCommands(program, writeOut);
  const inner = groups.flatMap((group) => group.commands);
  program.hook('preAction', (_program, command) => forgetOutputWishes(command));
  addHelpCommand(program, groups);
  for (const group of groups) explainAlone(group);
  for (const command of [program, ...program.commands, ...inner]) {
    addOutputWishes(command);
    const path = pathOf(command);
    if (COMMAND_ENDINGS[path] !== undefined) command.addHelpText('after', exitCodeHelp(path));
    command
      .exitOverride()
      .configureHelp({ helpWidth: 96 })
      .configureOutput({ writeOut, writeErr: () => {} });
  }
  return program;
}

function unknownCommand(name: string): UserError {
  return new UserError(`unknown command '${name}'`, {
    kind: 'usage',
    advice: 'tinyvmi-bench --help lists the commands.',
  });
}

/** A command of commands by itself says what there is, as the program does. */
function explainAlone(group: Command): void {
  group.allowExcessArguments().action(() => {
    const [name] = group.args;
    if (name !== undefined) throw unknownCommand(`${group.name()} ${name}`);
    group.outputHelp();
  });
}

/**
 * `help <command>`, which commander answers with nothing where there is no such command.
 */
function addHelpCommand(program: Command, groups: readonly Command[]): void {
  for (const group of [program, ...groups]) {
    group.helpCommand(false);
    group
      .command('help')
      .summary('the help text of a command')
      .argument('[command...]', 'a command')
      .action((names: string[]) => {
        let found = group;
        for (const name of names) {
          const inner = found.commands.find((command) => command.name() === name);
          if (inner === undefined) throw unknownCommand(names.join(' '));
          found = inner;
        }
        found.outputHelp();
      });
  }
}

/**
 * The options of `run` that these arguments give.
 * @throws CommanderError for arguments that `run` does not know
 */
export async function runOptionsOf(argv: readonly string[]): Promise<RunCommandOptions> {
  let found: RunCommandOptions | undefined;
  const run: Actions['run'] = async (options) => {
    found = options;
  };
  await makeProgram({ run } as Actions, () => {}).parseAsync(['run', ...argv], { from: 'user' });
  if (found === undefined) throw new Error('run was not called');
  return found;
}
