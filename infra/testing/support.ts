/** What the tests of infra/ share. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { beginToRemember } from '../cache/seen.ts';
import { LocalHost } from '../local/local-host.ts';
import type { CommandResult, Process, Progress, RunOptions } from '../testbed.ts';

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyvmi-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A cache in which something was built, so that it notes what it learns. */
export async function builtCache(): Promise<string> {
  const root = await temporaryFolder();
  await beginToRemember(root);
  return root;
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

/** This machine as a host, on which `answers` replace commands by name. `asked` is what was run. */
export class AnsweringHost extends LocalHost {
  readonly answers = new Map<string, (argv: readonly string[]) => CommandResult>();
  readonly asked: string[] = [];

  override async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    this.asked.push(argv.join(' '));
    return this.answers.get(argv[0] ?? '')?.(argv) ?? super.run(argv, options);
  }

  override async spawn(argv: readonly string[]): Promise<Process> {
    const process = await super.spawn(argv);
    onTestFinished(() => process.kill());
    return process;
  }
}
