/**
 * This machine as a host: what an ssh host does over its connection, done by processes of our own.
 */
import { chmod, copyFile, rename, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { copiedMode } from '../copied-mode.ts';
import { messageOf, UserError } from '../errors.ts';
import { BegunProcess, beginning, READ_AS_IT_COMES } from '../process/begun-process.ts';
import { dyingWithUs } from '../process/death.ts';
import { runToEnd } from '../process/run-to-end.ts';
import type { CommandResult, CopyOptions, Host, Process, RunOptions } from '../testbed.ts';

/** What a shell gives for a command that is not there, that cannot be run, and that a signal ended. */
const NOT_FOUND = 127;
const CANNOT_RUN = 126;
const KILLED = 137;

/** The machine that this runs on. It is never lost. */
export class LocalHost implements Host {
  readonly lost = new Promise<string>(() => undefined);

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    options.signal?.throwIfAborted();
    const [file = '', ...args] = argv;
    const what = `"${argv.slice(0, 3).join(' ')}"`;
    const result = await runToEnd(file, args, options, what);
    if (result.code === 'ENOENT') {
      return { exitCode: NOT_FOUND, stdout: '', stderr: `${file}: not found\n` };
    }
    if (result.exitCode === undefined && result.code !== undefined) {
      return { exitCode: CANNOT_RUN, stdout: '', stderr: `${file}: ${result.code}\n` };
    }
    return { exitCode: result.exitCode ?? KILLED, stdout: result.stdout, stderr: result.stderr };
  }

  async spawn(argv: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Process> {
    options.signal?.throwIfAborted();
    const [first = '', ...rest] = beginning(argv);
    const child = execa(...dyingWithUs(first, rest), READ_AS_IT_COMES);
    const running = new BegunProcess(child, async () => {
      child.kill('SIGKILL');
    });
    options.signal?.addEventListener('abort', () => void running.kill(), { once: true });
    return running;
  }

  async put(localPath: string, remotePath: string, { signal }: CopyOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await copyWhole(localPath, remotePath);
    await chmod(remotePath, await copiedMode(localPath));
  }

  get(remotePath: string, localPath: string): Promise<void> {
    return copyWhole(remotePath, localPath);
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.part`;
  try {
    await copyFile(from, part);
    await rename(part, to);
  } catch (cause) {
    await rm(part, { force: true });
    throw new UserError(`cannot copy ${from} to ${to}: ${messageOf(cause)}`, { cause });
  }
}
