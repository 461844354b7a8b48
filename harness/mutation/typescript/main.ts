/** `npm run mutate`: tries the mutants of rooms, one room after another, and tells what was not caught. */
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Argument, Command, CommanderError } from 'commander';
import { type ExecaError, execa } from 'execa';
import { type Lock, lock } from '../../../infra/cache/lock.ts';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { PLAIN } from '../../../reports/render/terminal.ts';
import { errorText, exitCodeOf } from '../../cli/error-text.ts';
import { onInterrupt } from '../../cli/signals.ts';
import { scores, total, weigh } from './results.ts';
import { filesOf, ROOM_NAMES, ROOM_VARIABLE, type Room } from './rooms.ts';
import { alone } from './sandbox.ts';
import { FOLDER, foundFile, ROOT, readExcuses, readFound } from './store.ts';

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const CONFIGURATION = 'harness/mutation/typescript/stryker.config.mjs';

interface Options {
  force?: boolean;
}

/** Tries the mutants of a room that were not tried before. */
async function mutate(room: Room, { force = false }: Options, signal: AbortSignal): Promise<void> {
  const argv = [
    ...[process.execPath, STRYKER, 'run', CONFIGURATION, '--mutate', filesOf(room).join(',')],
    ...['--incrementalFile', relative(ROOT, foundFile(room)), ...(force ? ['--force'] : [])],
  ];
  const [file, args] = await alone(ROOT, FOLDER, argv);
  try {
    await execa(file, args, {
      cwd: ROOT,
      env: { [ROOM_VARIABLE]: room },
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      cancelSignal: signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, exitCode } = error as ExecaError;
    if (code === 'ENOENT') {
      throw new UserError('mutants run in bubblewrap (bwrap), which is not installed', {
        advice: 'apt-get install bubblewrap',
      });
    }
    throw new UserError(`Stryker ended with code ${exitCode} in ${room}`, {
      advice: 'see what it says above: all tests must pass before anything is changed',
    });
  }
}

/** One at a time: two would write to the same files. @throws UserError when another is under way */
async function demandAlone(): Promise<Lock> {
  const held = await lock(join(FOLDER, 'lock'), { wait: false });
  if (held !== undefined) return held;
  throw new UserError('mutants are being tried already', { advice: 'wait for it, or end it' });
}

/** What was not caught in these rooms, in lines; the last is the score. */
async function summary(rooms: readonly Room[]): Promise<string> {
  const { tallies, survivors } = weigh(await readFound(rooms), await readExcuses());
  const lines = survivors
    .filter(({ why }) => why === undefined)
    .map(({ file, number, original, mutant, status }) => {
      const untested = status === 'NoCoverage' ? '   (in no test)' : '';
      return `${file}:${number}: ${original.split('\n', 1)[0]}  ->  ${mutant || '(nothing)'}${untested}`;
    });
  const sum = total(tallies);
  const caught = sum.killed + sum.timeout;
  const { ofAll, ofRest } = scores(sum);
  const score = `${caught} of ${caught + sum.survived + sum.noCoverage} mutants were caught: ${ofAll.toFixed(1)} %, and ${ofRest.toFixed(1)} % without the excused.`;
  return [...lines, score, ''].join('\n');
}

const program = new Command('npm run mutate --')
  .description(
    'Changes one thing after another in the modules that undo, own, lock, verify and decide, and tells which changes no unit test notices. What was tried and is as it was is not tried again.',
  )
  .addArgument(new Argument('[room...]', 'rooms to try (default: all)').choices(ROOM_NAMES))
  .option('--force', 'tries all mutants again')
  .exitOverride();

const interruption = onInterrupt(process, (text) => void process.stderr.write(`${text}\n`));
try {
  program.parse();
  interruption.listen();
  const rooms = program.args.length === 0 ? ROOM_NAMES : (program.args as Room[]);
  const held = await demandAlone();
  try {
    for (const room of rooms) {
      process.stderr.write(`${room}:\n`);
      await mutate(room, program.opts<Options>(), interruption.signal);
    }
  } finally {
    await rm(join(FOLDER, 'tmp'), { recursive: true, force: true });
    await held.release();
  }
  process.stdout.write(await summary(rooms));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT_CODES.success : EXIT_CODES.usage;
  } else {
    const shown = interruption.signal.aborted
      ? new UserError('Interrupted.', {
          kind: 'interrupted',
          advice: 'rooms that were through are not tried again',
        })
      : error;
    process.stderr.write(errorText(shown, PLAIN));
    process.exitCode = exitCodeOf(shown);
  }
} finally {
  interruption.release();
}
