import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MODULE = new URL('./janitor.ts', import.meta.url).pathname;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-janitor-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Whether a path goes away within a second. */
async function goes(path: string): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    if (
      !(await access(path).then(
        () => true,
        () => false,
      ))
    )
      return true;
    await setTimeout(20);
  }
  return false;
}

/** A program that has a folder removed at its death, and then does this. */
function program(folder: string, then: string) {
  const code = `import { removedAtDeath } from '${MODULE}';
    const janitor = removedAtDeath('${folder}');
    ${then}`;
  return execa('node', ['--import', 'tsx', '--input-type=module', '-e', code], { reject: false });
}

describe('removedAtDeath', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'removes a folder when %s ends a program that is busy',
    async (signal) => {
      const folder = join(root, "it's half");
      await mkdir(folder);
      await writeFile(join(folder, 'samples.csv'), '1');
      const running = program(folder.replace("'", "\\'"), "console.log('busy'); for (;;);");
      await new Promise((resolve) => running.stdout.once('data', resolve));
      running.kill(signal);
      expect((await running).signal).toBe(signal);
      expect(await goes(folder)).toBe(true);
    },
    30_000,
  );

  it('keeps it when the program dismisses it, and holds no program up', async () => {
    const folder = join(root, 'whole');
    await mkdir(folder);
    const ended = await program(folder, 'janitor.dismiss();');
    expect(ended.exitCode).toBe(0);
    await setTimeout(100);
    await access(folder);
  }, 30_000);
});
