/** What the tests of infra/ share. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { CommandResult, Process, Progress } from '../testbed.ts';
import type { CommandHost } from '../xl/commands.ts';

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyvmi-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A progress that keeps what it is told, each with its kind in front. */
export class RecordedProgress implements Progress {
  readonly lines: string[] = [];
  step = (text: string) => void this.lines.push(`step ${text}`);
  detail = (text: string) => void this.lines.push(`detail ${text}`);
  done = (text: string) => void this.lines.push(`done ${text}`);
  warn = (text: string) => void this.lines.push(`warn ${text}`);
}

/** Lets this process find only the given programs, until the test is over. */
export async function onlyPrograms(...programs: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of programs) {
    const { stdout } = await execa('sh', ['-c', 'command -v "$1"', 'sh', name]);
    await symlink(stdout, join(folder, name));
  }
  const before = process.env.PATH;
  process.env.PATH = folder;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  return folder;
}

/** This machine as a host: commands run here, without ssh. `answers` replace commands by name. */
export class LocalHost implements CommandHost {
  readonly answers = new Map<string, (argv: readonly string[]) => CommandResult>();
  readonly asked: string[] = [];

  async run(argv: readonly string[], options: { input?: string } = {}): Promise<CommandResult> {
    const [file = '', ...args] = argv;
    this.asked.push(argv.join(' '));
    const answer = this.answers.get(file);
    if (answer !== undefined) return answer(argv);
    const result = await execa(file, args, {
      reject: false,
      stripFinalNewline: false,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    const [file = '', ...args] = argv;
    const child = execa(file, args, { reject: false, buffer: false });
    onTestFinished(() => void child.kill('SIGKILL'));
    return {
      stdout: child.stdout,
      write: async (text) => void child.stdin.write(text),
      end: async () => void child.stdin.end(),
      exited: child.then(({ exitCode }) => ({ exitCode: exitCode ?? -1, stdout: '', stderr: '' })),
      kill: async () => void child.kill('SIGKILL'),
    };
  }
}
