/** What the toolstack's code needs of a host: commands. `Testbed` is one. */
import { UserError } from '../errors.ts';
import type { CommandResult, Testbed } from '../testbed.ts';

/** A host that runs commands. */
export type CommandHost = Pick<Testbed, 'run' | 'spawn'>;

const SHOWN_LINES = 8;

/**
 * Runs a command that has to succeed.
 * @param doing what it is for, e.g. "create domain tv-target"; begins the error's text.
 * @throws UserError with the command's own words.
 */
export async function mustRun(
  host: CommandHost,
  doing: string,
  argv: readonly string[],
  options: { input?: string; signal?: AbortSignal | undefined } = {},
): Promise<CommandResult> {
  const result = await host.run(argv, {
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  if (result.exitCode === 0) return result;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-SHOWN_LINES);
  throw new UserError(
    `cannot ${doing} (exit code ${result.exitCode}):\n${said.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Longest that a command of the toolstack may take, on a slow machine that emulates. */
const COMMAND_TIMEOUT_MS = 180_000;
