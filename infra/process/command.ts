/**
 * Commands on this machine, run to their end. A missing program, a full disk and a failure each become
 * one `UserError` that says what to do.
 */
import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { adviceForTool } from '../packages.ts';
import { diskFull, isDiskFull, mentionsDiskFull } from './disk-full.ts';

/** How a command is run. */
export interface CommandOptions {
  cwd?: string;
  /** Added to the environment of this process. */
  env?: Record<string, string>;
  /** Written to standard input, which is empty otherwise. */
  input?: string | Uint8Array;
  signal?: AbortSignal | undefined;
  /** How an error names the command; default: as it is. */
  shownAs?: readonly string[];
  /** Called with each line of both outputs as it comes, for progress. */
  onLine?: (line: string) => void;
}

/** Both outputs of a command that ended well. */
export interface CommandOutput {
  stdout: string;
  stderr: string;
}

const SHOWN_LINES = 15;

/**
 * Runs a command of this machine and gives its output.
 * @throws UserError when the program is missing, was interrupted, or ended with a non-zero code.
 */
export async function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  options.signal?.throwIfAborted();
  const child = execa(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: 'C.UTF-8', ...options.env },
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
    all: options.onLine !== undefined,
  });
  if (options.onLine !== undefined) {
    const onLine = options.onLine;
    void (async () => {
      for await (const line of child.iterable({ from: 'all' })) onLine(String(line));
    })().catch(() => undefined);
  }
  const result = await child;
  if (result.failed) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw commandError(options.shownAs ?? [file, ...args], result);
  }
  return { stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') };
}

function commandError(
  shown: readonly string[],
  result: {
    code?: string | undefined;
    exitCode?: number | undefined;
    signal?: string | undefined;
    stdout?: unknown;
    stderr?: unknown;
    cwd?: string;
  },
): UserError {
  if (result.code === 'ENOENT') {
    const [file = ''] = shown;
    return new UserError(`${file} is not installed`, { advice: adviceForTool(file) });
  }
  const stderr = String(result.stderr ?? '');
  if (isDiskFull(result) || mentionsDiskFull(stderr)) return diskFull(result.cwd ?? process.cwd());
  const ending =
    result.signal === undefined ? `exit code ${result.exitCode}` : `signal ${result.signal}`;
  const said = (stderr.trim() || String(result.stdout ?? '').trim())
    .split('\n')
    .slice(-SHOWN_LINES);
  return new UserError(
    `${shown.slice(0, 4).join(' ')} ended with ${ending}:\n${said.map((line) => `  ${line}`).join('\n')}`,
  );
}
