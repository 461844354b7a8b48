/**
 * The command line: reads arguments, runs a command, and turns every ending into text and an exit
 * code. The only place that knows all rooms.
 */
import { CommanderError } from 'commander';
import { EXIT_CODES, UserError } from '../../infra/errors.ts';
import { cacheRoot, Durations } from '../../infra/index.ts';
import { checked } from './checked-sink.ts';
import { cleanCommand } from './commands/clean.ts';
import type { CommandContext } from './commands/context.ts';
import { doctorCommand } from './commands/doctor.ts';
import { reportCommand } from './commands/report.ts';
import { measureToFolder, runCommand } from './commands/run.ts';
import { setupCommand } from './commands/setup.ts';
import { COMMAND_ENDINGS, pathOf, takesDown } from './endings.ts';
import { errorJson, errorText, exitCodeOf } from './error-text.ts';
import { paintFor, type Surroundings } from './output.ts';
import { outputWishes } from './output-wishes.ts';
import { type Actions, makeProgram, runOptionsOf } from './program.ts';
import { makeProgress } from './progress/progress.ts';
import { quietProgress } from './progress/quiet.ts';
import { StepTimes } from './progress/step-times.ts';
import { resultActions } from './result-actions.ts';
import { asInterruption, onInterrupt, type SignalSource } from './signals.ts';

const COMMON: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'tinyvmi-bench --help lists the commands.',
  'commander.missingArgument': 'tinyvmi-bench <command> --help shows an example.',
};

/** What commander says about bad arguments, as one of our errors; undefined after a help text. */
function usageError(error: CommanderError): UserError | undefined {
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined;
  const message = error.message.replace(/^error: /, '');
  return new UserError(message, {
    kind: 'usage',
    advice: COMMON[error.code] ?? 'tinyvmi-bench <command> --help lists the options.',
  });
}

/**
 * Runs the command line.
 * @param argv arguments without node and script
 * @returns the exit code
 */
export async function main(
  argv: readonly string[],
  surroundings: Surroundings = process,
  source: SignalSource = process,
): Promise<number> {
  const { quiet, env } = outputWishes(argv, surroundings.env);
  const [stdout, stderr] = [checked(surroundings.stdout), checked(surroundings.stderr)];
  const times = new StepTimes(new Durations(cacheRoot(env)));
  const progress = quiet ? quietProgress(times) : makeProgress({ stdout, stderr, env }, times);
  const interruption = onInterrupt(source, (text, last) => {
    if (last) progress.close();
    progress.note(text);
  });
  const json = argv.includes('--json');
  const say = (error: unknown) => {
    progress.close();
    stderr.write(errorText(error, paintFor(stderr, env)));
  };
  const context: CommandContext = {
    stdout,
    stderr,
    env,
    progress,
    times,
    json,
    quiet,
    say: (text) => {
      if (!quiet) stdout.write(text);
    },
    signal: interruption.signal,
    unguarded: (work) => interruption.without(work),
  };
  let exitCode: number = EXIT_CODES.success;
  const measure = async (options: readonly string[], out: string) =>
    interruption.during(async () =>
      measureToFolder({ ...(await runOptionsOf(options)), out }, context),
    );
  const actions: Actions = {
    ...resultActions(context, measure, (code) => {
      exitCode = code;
    }),
    run: async (options) => {
      exitCode = await runCommand(options, context);
    },
    report: async (results, options) => {
      exitCode = await reportCommand(results, options, context);
    },
    doctor: async (options) => {
      exitCode = await doctorCommand(options, context);
    },
    clean: async (options) => {
      exitCode = await cleanCommand(options, context);
    },
    worker: async (options) => {
      const { workerCommand } = await import('./commands/worker.ts');
      exitCode = await workerCommand(options, context);
    },
  };
  const program = makeProgram(actions, (text) => stdout.write(text));
  let path = '';
  program.hook('preAction', (_program, command) => {
    path = pathOf(command);
    // Who only reads, or reads at first, dies of a signal at once, however busy it is.
    if (takesDown(path)) interruption.listen();
  });
  try {
    if (argv.length === 1 && argv[0] === '--setup-only') {
      interruption.listen();
      await setupCommand(context);
    } else if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: 'user' });
  } catch (caught) {
    const error =
      caught instanceof CommanderError
        ? usageError(caught)
        : asInterruption(caught, interruption.signal);
    if (error !== undefined) {
      say(error);
      if (json) stdout.write(errorJson(error));
      exitCode = exitCodeOf(error);
    }
  } finally {
    progress.close();
    interruption.release();
  }
  if (exitCode === EXIT_CODES.success && interruption.signal.aborted) {
    exitCode = COMMAND_ENDINGS[path]?.interrupted?.code ?? EXIT_CODES.interrupted;
  }
  const fault = await stdout.settled();
  if (fault !== undefined) {
    say(fault);
    if (exitCode === EXIT_CODES.success) exitCode = exitCodeOf(fault);
  }
  await stderr.settled();
  return exitCode;
}
