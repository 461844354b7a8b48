import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { Cache } from '../cache/cache.ts';
import { hashFile } from '../cache/hash.ts';
import { identityOf, isRunning } from '../process/identity.ts';
import { SILENT } from '../testing/silent.ts';
import { temporaryFolder } from '../testing/support.ts';
import { testTools } from '../testing/tools.ts';
import { inRoot } from './sandbox.ts';
import { hostTools, inputsOf } from './tools.ts';

const tools = await testTools();
const VERSIONS = { compiler: 'gcc 12', headers: 'libc6-dev 2', checkpolicy: '3' };

/** Whether this machine lets anybody make a root of their own, asked of unshare(1). */
async function mayUnshare(): Promise<boolean> {
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const { failed } = await execa('unshare', [...own, 'mount', '-t', 'tmpfs', 'x', '/mnt'], {
    reject: false,
  });
  return !failed;
}

it('are of the pinned release wherever a root of their own can be made', async () => {
  expect(tools.kind).toBe((await mayUnshare()) ? 'pinned' : 'host');
});

const pinned = it.runIf(tools.kind === 'pinned');

pinned('are none of what this machine has', async () => {
  expect(tools.versions.compiler).toMatch(/^gcc \(Debian 12\.2\.0-/);
  expect(tools.versions.headers).toMatch(/^libc6-dev\t2\.36-.*\nlibxen-dev\t4\.17\./);
  const { stdout } = await tools.run('sh', [
    '-c',
    'for name in gcc cc awk; do command -v $name; done; echo "$PATH"; ls /',
  ]);
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['/usr/bin/gcc', '/usr/bin/cc', '/usr/bin/awk', '/usr/bin:/usr/sbin']),
  );
  expect(stdout).not.toMatch(/^(home|var|srv|opt)$/m);
});

pinned('write to their folders, at their own paths, and not to their root', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.c'), 'int main(void) { return 0; }');
  await tools.run('cc', ['-o', 'a', 'a.c'], { cwd: folder, folders: [folder] });
  expect((await readFile(join(folder, 'a'))).toString('latin1', 1, 4)).toBe('ELF');
  await expect(tools.run('touch', ['/usr/bin/mine'])).rejects.toThrow(
    /^touch \/usr\/bin\/mine ended with exit code 1:[\s\S]*Read-only file system/,
  );
});

pinned('make the same bytes wherever they work', async () => {
  const hashes = new Set<string>();
  for (const folder of [await temporaryFolder(), await temporaryFolder()]) {
    await writeFile(
      join(folder, 'a.c'),
      '#include <stdint.h>\n#include <xen/xen.h>\nint main(void) { return 0; }',
    );
    await tools.run('gcc', ['-O2', '-o', 'a', 'a.c'], { cwd: folder, folders: [folder] });
    hashes.add(await hashFile(join(folder, 'a')));
  }
  expect(hashes.size).toBe(1);
});

pinned('have their headers in the cache', async () => {
  const header = await tools.locate('/usr/include/xen/xen.h');
  expect(await readFile(header, 'utf8')).toContain('__HYPERVISOR_');
  expect(header).not.toMatch(/^\/usr\//);
  expect(await tools.locate('/elsewhere/a.h')).toBe('/elsewhere/a.h');
});

pinned('end when they are cancelled, with all that they began', async () => {
  const folder = await temporaryFolder();
  const cancel = new AbortController();
  const script = 'sleep 60 & sleep 60 & echo begun > begun; wait';
  const running = tools.run('sh', ['-c', script], {
    cwd: folder,
    folders: [folder],
    signal: cancel.signal,
  });
  running.catch(() => undefined);
  const begun = () => readFile(join(folder, 'begun'), 'utf8').catch(() => '');
  while ((await begun()) === '') await sleep(20);
  const sleepers = await sleepersIn(folder);
  expect(sleepers.length).toBeGreaterThanOrEqual(2);
  cancel.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
  for (let n = 0; n < 50 && sleepers.some(isRunning); n++) await sleep(20);
  expect(sleepers.filter(isRunning)).toEqual([]);
});

/** Processes that work in a folder: by what it is, for in a root of their own it has a path of their own. */
async function sleepersIn(folder: string) {
  const { dev, ino } = await stat(folder);
  const found = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const cwd = await stat(`/proc/${id}/cwd`).catch(() => undefined);
    const isThere = cwd?.dev === dev && cwd.ino === ino;
    const identity = isThere ? identityOf(Number(id)) : undefined;
    if (identity !== undefined) found.push(identity);
  }
  return found;
}

it('take nothing of the environment but what they are told', () => {
  const [, args] = inRoot('/r', ['make', 'all'], { folders: ['/c'], cwd: '/c', env: { A: '1' } });
  expect(args).toContain('--clearenv');
  expect(args.join(' ')).toContain('--setenv A 1 --chdir /c -- make all');
});

it("of this machine are told from those of the release in an image's key", () => {
  const key = (kind: 'pinned' | 'host') => inputsOf({ kind, versions: VERSIONS }, 'compiler');
  expect(key('host')).toEqual({ compiler: 'gcc 12' });
  expect(key('pinned')).toEqual({ compiler: 'gcc 12', tools: 'Debian bookworm' });
});

it("are this machine's own where a root cannot be entered, and say why", async () => {
  const cache = new Cache(await temporaryFolder(), SILENT);
  const own = await hostTools(cache, 'no user namespaces').catch((error) => error);
  if (own instanceof Error) {
    // A machine without them names what it lacks.
    expect(own).toMatchObject({ name: 'UserError' });
    return;
  }
  expect(own).toMatchObject({ kind: 'host', why: 'no user namespaces' });
  expect((await own.run('gcc', ['--version'])).stdout).toContain(own.versions.compiler);
  expect(await own.locate('/usr/include/stdio.h')).toBe('/usr/include/stdio.h');
});
