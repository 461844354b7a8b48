/** Runs a command and times it, with the processor time of every process below it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../../infra/errors.ts';
import type { Taken } from './figures.ts';

/**
 * Bash's own `time` counts what each process below has waited for, when it ended: node waits for its
 * QEMU before it ends itself. The file is written after the command ended, whatever its exit code.
 */
const TIMED = 'times=$1; shift; TIMEFORMAT="%3R %3U %3S"; { time "$@" 2>&3; } 3>&2 2>"$times"';
const TAIL_LINES = 20;

/** How a command is run. */
export interface TimedOptions {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Its Ctrl-C: the whole process group gets it, and takes down what it made. */
  signal: AbortSignal;
}

/** What it took, and what it wrote to standard output. */
export interface TimedOutput {
  taken: Taken;
  stdout: string;
}

/**
 * Runs a command to its end.
 * @throws UserError that quotes its last lines when it fails; of kind `interrupted` after the signal
 */
export async function timed(
  argv: readonly string[],
  { cwd, env = {}, signal }: TimedOptions,
): Promise<TimedOutput> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyvmi-speed-times-'));
  const times = join(folder, 'times');
  try {
    signal.throwIfAborted();
    const child = execa('bash', ['-c', TIMED, 'timed', times, ...argv], {
      cwd,
      env,
      stdin: 'ignore',
      all: true,
      reject: false,
      // A group of its own, which a Ctrl-C reaches once, from here.
      detached: true,
    });
    const interrupt = () => process.kill(-(child.pid as number), 'SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    const { failed, stdout, all, shortMessage } = await child;
    signal.removeEventListener('abort', interrupt);
    signal.throwIfAborted();
    if (failed) {
      const said = all.split('\n').slice(-TAIL_LINES).join('\n  | ');
      throw new UserError(`${argv.join(' ')} in ${cwd} failed: ${shortMessage}\n  | ${said}`);
    }
    const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (
      await readFile(times, 'utf8')
    )
      .trim()
      .split(' ')
      .map(Number);
    return { taken: { wall, processor: user + system }, stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
