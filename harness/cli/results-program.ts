/**
 * The commands about results that are there already: analyse, claims, compare, gate, history, export
 * and import, with help texts that teach.
 */
import { type Command, Option } from 'commander';
import type { RawCalibrateOptions } from './commands/calibrate.ts';
import type { RawCompareCommand } from './commands/compare.ts';
import { EXPORT_FORMATS, IMPORT_FORMATS, type RawImportOptions } from './commands/exchange.ts';
import type { RawFalseAlarmOptions } from './commands/false-alarms.ts';
import type { RawGateOptions } from './commands/gate.ts';
import { DEFAULT_HISTORY } from './commands/history.ts';
import { DEFAULT_BASELINES } from './commands/named-baselines.ts';
import type { RawSensitivityOptions } from './commands/sensitivity.ts';
import { taking } from './option-values.ts';

/** Where results go when nothing else is said. */
export const DEFAULT_RUNS = 'results/runs';

/** What `--json` does, for every command. */
export const JSON_MEANING = 'print one JSON document on standard output';

/** What these commands do; the program only reads their arguments. */
export interface ResultActions {
  analyse(run: string, options: { markdown?: boolean }): Promise<void>;
  claims(run: string, options: { markdown?: boolean }): Promise<void>;
  compare(a: string, b: string | undefined, options: RawCompareCommand): Promise<void>;
  sensitivity(baseline: string, options: RawSensitivityOptions): Promise<void>;
  calibrate(options: RawCalibrateOptions): Promise<void>;
  falseAlarms(results: string, options: RawFalseAlarmOptions): Promise<void>;
  gate(run: string | undefined, options: RawGateOptions): Promise<void>;
  historyAppend(runs: string[], options: { file?: string; accept?: string }): Promise<void>;
  historyList(path: string, options: { markdown?: boolean }): Promise<void>;
  historyPlot(path: string, options: { out?: string }): Promise<void>;
  export(run: string, options: { format: string; out?: string }): Promise<void>;
  import(files: string[], options: RawImportOptions): Promise<void>;
}

const VERDICTS = `
How to read it: the change is B's median over A's, with a 95 % interval that counts the units of
the highest level that was repeated (runs, boots, domains, blocks, batches). The margin is how large a change must
be to count:
  slower, faster   the whole interval lies beyond the margin
  equivalent       the whole interval lies within it
  inconclusive     neither: measure more boots or blocks (tinyvmi-bench analyse says which)
`;

const SETS = `A set is a result, several with commas between them, or a folder of results.`;

function outputOptions(command: Command): Command {
  return command
    .option('--json', JSON_MEANING, false)
    .option('--markdown', 'print Markdown, for a comment on a forge', false);
}

function comparing(command: Command, collect: Collect) {
  return outputOptions(
    command
      .option('--ignore <key>', 'a key of the manifests that may differ, repeatable', collect)
      .option(
        '--margin <percent>',
        "how large a change must be to count, for everything (1) or for some (minios=1, page-walk/minios/cold=1); repeatable (default: each arm's own, see docs/statistics.md)",
        collect,
      ),
  );
}

type Collect = (value: string, before?: string[]) => string[];

/** Options of what compares some of the figures, with a baseline by name. */
function choosing(command: Command, collect: Collect): Command {
  return comparing(command, collect)
    .option('--bench <name>', 'only this benchmark, repeatable or with commas', collect)
    .option('--arm <name>', 'only this arm, repeatable or with commas', collect)
    .option('--state <name>', 'only this state, repeatable or with commas', collect)
    .option('--save-baseline <name>', 'keep a copy of the new result under this name')
    .option('--baselines <folder>', 'folder of baselines with names', DEFAULT_BASELINES);
}

function addReading(program: Command, actions: ResultActions): void {
  outputOptions(
    program
      .command('analyse')
      .summary('what must be known of the samples before a median is believed')
      .description(
        'Reads the raw samples of a result and says how well each median is known, which level of repetition its spread comes from, how many boots a precision of 1 % needs, what stands out, and whether the figures drift.',
      )
      .argument('<run>', 'a result, measured or imported'),
  )
    .addHelpText('after', `\nExample:\n  tinyvmi-bench analyse ${DEFAULT_RUNS}/<run>\n`)
    .action((run, options) => actions.analyse(run, options));

  outputOptions(
    program
      .command('claims')
      .summary('which sentences a result backs')
      .description(
        "Evaluates the claims of bench/claims.ts, ours and the paper's, against a result: supported, not supported or inconclusive, with the numbers.",
      )
      .argument('<run>', `a folder below ${DEFAULT_RUNS}/`),
  )
    .addHelpText('after', `\nExample:\n  tinyvmi-bench claims ${DEFAULT_RUNS}/<run> --markdown\n`)
    .action((run, options) => actions.claims(run, options));
}

function addComparing(program: Command, actions: ResultActions, collect: Collect): void {
  choosing(
    program
      .command('compare')
      .summary('two results, or two sets of them, against each other')
      .description(
        'Gives a verdict for each benchmark, arm and state. Results whose manifests do not match (testbed, Xen, kernel, target, pages, …) are refused, naming the difference. Different kinds of clock are never compared.',
      )
      .argument('<a>', 'the reference: a result or a set')
      .argument('[b]', 'what is compared with it; with --baseline, <a> is')
      .option(
        '--baseline <results>',
        'the reference, in place of <a>: a set, or the name of a baseline',
      )
      .option('--arms <a=b>', 'one arm of the first against another arm of the second')
      .option('--report <folder>', 'also write it as a report there, with a plot of the ratios'),
    collect,
  )
    .addHelpText(
      'after',
      `
Examples:
  tinyvmi-bench compare ${DEFAULT_RUNS}/<before> ${DEFAULT_RUNS}/<after>
  tinyvmi-bench compare before/ after/ --margin 1        folders with several runs each
  tinyvmi-bench compare <a> <b> --ignore xen             another Xen is what is compared
  tinyvmi-bench compare <run> <run> --arms dom0=minios   two arms of one run
  tinyvmi-bench compare <a> <b> --markdown > comment.md
  tinyvmi-bench compare <a> <b> --report comparison/     HTML, PDF, Markdown, LaTeX with the ratios drawn

${SETS}
${VERDICTS}`,
    )
    .action((a, b, options) => actions.compare(a, b, options));

  choosing(
    program
      .command('gate')
      .summary('is a run worse than a baseline?')
      .description(
        'Compares a run with a baseline. What is slower counts as a regression when it comes back in a confirming run, which the gate measures by itself. Without a run, it measures that one too, with the options of the baseline.',
      )
      .argument('[run]', 'the new result; measured now when it is left out')
      .requiredOption(
        '--baseline <results>',
        'a set of results, the name of a baseline, or a history (.jsonl)',
      )
      .option('--append', 'add the run to the history, with the verdict; begins one, too', false)
      .option(
        '--accept <why>',
        'a change for the worse is wanted: the run passes, is added, and the baseline begins anew',
      )
      .option('--confirm <result>', 'the confirming result (default: measure one when needed)')
      .option('--no-confirm', 'let one comparison decide')
      .option('--window <n>', 'newest runs of a history that make the baseline', '20')
      .option('--strict', 'an inconclusive row means that the gate could not tell', false)
      .option('--out <folder>', 'folder of results', DEFAULT_RUNS),
    collect,
  )
    .addHelpText(
      'after',
      `
Examples:
  tinyvmi-bench gate --baseline ${DEFAULT_RUNS}/<good>         measures, judges, confirms
  tinyvmi-bench gate ${DEFAULT_RUNS}/<new> --baseline ${DEFAULT_HISTORY}/<name>.jsonl
  tinyvmi-bench gate <new> --baseline <old> --confirm <again> --margin 1 --margin dom0=3
  tinyvmi-bench gate <new> --baseline nightly.jsonl --append
  tinyvmi-bench gate <new> --baseline nightly.jsonl --accept "checks every entry twice"
  tinyvmi-bench gate <new> --baseline release-1 --bench page-walk --save-baseline release-2

${SETS}
${VERDICTS}`,
    )
    .action((run, options) => actions.gate(run, options));

  outputOptions(
    program
      .command('calibrate')
      .summary('how often do intervals cover, and are verdicts wrong?')
      .description(
        'Simulates experiments of known truth, and counts how often each kind of 95 % interval holds it, and verdicts of compare, history and the gate are wrong. With --aa, also how often verdicts on results of your own are wrong, as false-alarms does.',
      )
      .option('--experiments <n>', 'made-up experiments of each design', '1000')
      .option('--seed <n>', 'seed of the simulation', '1')
      .option('--aa <results>', 'A/A results whose false alarms are counted beside')
      .option('--out <file>', 'also write the tables as Markdown')
      .option('--document <file>', 'also write all of it as JSON'),
  )
    .addHelpText(
      'after',
      `
Examples:
  tinyvmi-bench calibrate                                     minutes; docs/calibration.md has its tables
  tinyvmi-bench calibrate --experiments 100 --aa ${DEFAULT_RUNS}/<run>

What the gate notices of slowdowns made on purpose: tinyvmi-bench sensitivity.
`,
    )
    .action((options) => actions.calibrate(options));

  comparing(
    program
      .command('false-alarms')
      .summary('how often is the gate wrong?')
      .description(
        'Compares what nothing tells apart but chance: the halves of A/A runs, creations of the domains in one boot, and boots. Gives the rate of wrong verdicts, and the margin that each arm needs.',
      )
      .argument('<results>', 'runs of several creations or boots, best measured with run --aa')
      .option('--out <file>', 'also write all of it as JSON'),
    collect,
  )
    .addHelpText(
      'after',
      `
Example:
  tinyvmi-bench run --aa --bench page-walk --blocks 1 --boots 2 --domains 10
  tinyvmi-bench false-alarms ${DEFAULT_RUNS}/<run>

${SETS}
`,
    )
    .action((results, options) => actions.falseAlarms(results, options));
}

function addHistory(program: Command, actions: ResultActions): Command {
  const history = program
    .command('history')
    .summary('figures over many runs')
    .description(
      'Keeps one line a run in a JSON Lines file for each testbed and configuration, which can be committed; finds where a figure changed its level.',
    );
  history
    .command('append')
    .summary('add runs to their history')
    .description(
      'Adds one line for each run, once. Another kernel, Xen or machine begins a segment, which is said; another testbed or clock, other options and another unit are refused. Two writers at once take turns.',
    )
    .argument('<runs...>', 'results')
    .option('--file <path>', `the history (default: one below ${DEFAULT_HISTORY}/)`)
    .option('--accept <why>', 'a change for the worse is wanted: baselines begin anew with the run')
    .option('--json', JSON_MEANING, false)
    .addHelpText('after', `\nExample:\n  tinyvmi-bench history append ${DEFAULT_RUNS}/*\n`)
    .action((runs, options) => actions.historyAppend(runs, options));
  outputOptions(
    history
      .command('list')
      .summary('every figure, its course and its changes of level')
      .argument('[history]', 'a history, or a folder of them', DEFAULT_HISTORY),
  )
    .addHelpText(
      'after',
      '\nChanges of level are found by PELT (docs/statistics.md). A broken line is named and left out.\n',
    )
    .action((path, options) => actions.historyList(path, options));
  history
    .command('plot')
    .summary('draw every figure over its runs, as SVG')
    .argument('[history]', 'a history, or a folder of them', DEFAULT_HISTORY)
    .option('--out <file>', 'the picture (default: beside the history)')
    .option('--json', JSON_MEANING, false)
    .action((path, options) => actions.historyPlot(path, options));
  return history;
}

function addExchange(
  program: Command,
  actions: ResultActions,
  collect: (value: string, before?: string[]) => string[],
): void {
  program
    .command('export')
    .summary("a result's figures for other tools")
    .description('Writes each median with its interval in the format of another tool.')
    .argument('<run>', 'a result, measured or imported')
    .addOption(
      taking(new Option('--format <name>', EXPORT_FORMATS.join(', ')), EXPORT_FORMATS).default(
        EXPORT_FORMATS[0],
      ),
    )
    .option('--out <file>', 'file to write (default: standard output)')
    .addHelpText(
      'after',
      `
Formats:
  bencher            Bencher Metric Format, for bencher run --adapter json
  smaller-is-better  for github-action-benchmark, tool customSmallerIsBetter
  csv                one row a figure; samples.csv of a result has every page

Example:
  tinyvmi-bench export ${DEFAULT_RUNS}/<run> --format csv --out figures.csv
`,
    )
    .action((run, options) => actions.export(run, options));

  program
    .command('import')
    .summary("make a result of somebody else's samples")
    .description(
      'Reads samples in the formats of other tools, which are recognised, or in a table whose columns are named, so that analyse, compare, history and export serve them. Nothing is dropped silently: what is no number, or below zero, is an error that names its line; rows that are no times are named. Each file is a boot of its own. docs/import.md has every format.',
    )
    .argument('<files...>', 'what a tool wrote, or tables (CSV, RFC 4180)')
    .addOption(
      taking(
        new Option('--from <format>', `${IMPORT_FORMATS.join(', ')} (default: recognised)`),
        IMPORT_FORMATS,
      ),
    )
    .option('--arm-column <name>', 'column that names what was measured')
    .option(
      '--arm <name>',
      'what was measured, where no column says it; once for each file, repeatable',
      collect,
    )
    .option(
      '--value-column <name>',
      'column of the samples, repeatable: of several each is an arm of its name',
      collect,
    )
    .option(
      '--unit <name>',
      'unit of the samples (us, ms, cycles, …); without it, that of the format',
    )
    .option('--state-column <name>', 'column that names the circumstances, repeatable', collect)
    .option('--boot-column <name>', 'outermost level of repetition: boot, machine, invocation')
    .option('--block-column <name>', 'level below it')
    .option('--batch-column <name>', 'level below that')
    .option('--divide-by <name>', 'column of the iterations that a sample is the total of')
    .option('--delimiter <sign>', 'what stands between columns, or tab (default: recognised)')
    .option('--no-header', 'the first line is a sample; columns are named by their places, from 1')
    .option('--comment <sign>', 'what a comment line begins with, or none (default: #)')
    .option('--decimal <sign>', 'what stands before decimals, . or , (default: recognised)')
    .option(
      '--benchmark <name>',
      'name of the benchmark; only equal names are compared',
      'imported',
    )
    .option('--out <folder>', 'folder of results', DEFAULT_RUNS)
    .option('--json', JSON_MEANING, false)
    .addHelpText(
      'after',
      `
Examples:
  tinyvmi-bench import hyperfine.json
  tinyvmi-bench import target/criterion/walk/new/sample.json
  tinyvmi-bench import old.txt new.txt --no-header --arm old --arm new --unit ns
  tinyvmi-bench import traps.csv --arm-column method --value-column ns --unit ns \\
    --state-column guest --state-column vcpus --boot-column run
  tinyvmi-bench import wide.csv --value-column dom0 --value-column minios --unit ns
`,
    )
    .action((files, options) => actions.import(files, options));
}

function addSensitivity(program: Command, actions: ResultActions, collect: Collect): void {
  comparing(
    program
      .command('sensitivity')
      .summary('does the gate notice what it should?')
      .description(
        "Measures again with the library slowed down by a known number of instructions a page, 1 % of Mini-OS's median and 3 % of Dom0's, state by state, and asks the gate.",
      )
      .argument('<baseline>', 'a run of page-walk on the emulated testbed')
      .option('--no-confirm', 'let one comparison decide')
      .option('--document <file>', 'also write all of it as JSON')
      .option('--out <folder>', 'folder of results', DEFAULT_RUNS),
    collect,
  )
    .addHelpText(
      'after',
      `
Example:
  tinyvmi-bench sensitivity ${DEFAULT_RUNS}/<run>          about a minute for each run: sixteen of them
`,
    )
    .action((baseline, options) => actions.sensitivity(baseline, options));
}

/** Adds these commands. @returns those that have commands of their own */
export function addResultCommands(program: Command, actions: ResultActions): Command[] {
  const collect = (value: string, before: string[] = []) => [...before, value];
  addReading(program, actions);
  addComparing(program, actions, collect);
  addSensitivity(program, actions, collect);
  const history = addHistory(program, actions);
  addExchange(program, actions, collect);
  return [history];
}
