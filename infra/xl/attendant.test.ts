import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalHost } from '../local/local-host.ts';
import { temporaryFolder } from '../testing/support.ts';
import { Attendant, parseDomains } from './attendant.ts';

/** An attendant that is a shell script: it answers each request with what the script prints. */
async function attendant(script: string, folder?: string): Promise<Attendant> {
  const path = join(folder ?? (await temporaryFolder()), 'attendant');
  await writeFile(path, `#!/bin/sh\nwhile read -r id verb rest; do\n${script}\ndone\n`);
  await chmod(path, 0o755);
  const made = new Attendant(new LocalHost(), path);
  onTestFinished(() => made.close());
  return made;
}

it('asks in lines, several at once, and gives each its answer', async () => {
  const folder = await temporaryFolder();
  const asked = await attendant(
    'echo "$id $verb $rest" >> "$0.log"; echo "$id ok$([ $verb != pause ] || echo " shutdown:3")"',
    folder,
  );
  const answers = await Promise.all([
    asked.write('write', '/local/domain/3/tinyvmi/job', 'seq=1 workload=page-walk'),
    asked.perms('allow', '/local/domain/3/tinyvmi', ['n0', 'r3']),
    asked.pause('pause tv-target', 3),
    asked.unpause('unpause tv-target', 3),
  ]);
  expect(answers[2]).toBe('shutdown:crash');
  expect(await readFile(join(folder, 'attendant.log'), 'utf8')).toBe(
    [
      '1 write /local/domain/3/tinyvmi/job seq=1 workload=page-walk',
      '2 perms /local/domain/3/tinyvmi n0 r3',
      '3 pause 3',
      '4 unpause 3',
      '',
    ].join('\n'),
  );
});

it('reads a list of domains, with the reasons of shutdowns by name', async () => {
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const asked = await attendant(
    `echo "$id ok 0 ${uuid} running Domain-0 7 ${uuid} shutdown:3 tv-target 8 ${uuid} dying -"`,
  );
  expect(await asked.list()).toEqual([
    { domid: 0, uuid, state: 'running', isPaused: false, name: 'Domain-0' },
    { domid: 7, uuid, state: 'shutdown:crash', isPaused: false, name: 'tv-target' },
    { domid: 8, uuid, state: 'dying', isPaused: false, name: '-' },
  ]);
  expect(parseDomains(`3 ${uuid} paused my 2 web 5 ${uuid} running a`)).toEqual([
    { domid: 3, uuid, state: 'paused', isPaused: true, name: 'my 2 web' },
    { domid: 5, uuid, state: 'running', isPaused: false, name: 'a' },
  ]);
  for (const text of ['web', `3 ${uuid} strange web`, `0 ${uuid} running`]) {
    expect(() => parseDomains(text)).toThrow("the attendant's list of domains cannot be read");
  }
  expect(parseDomains('')).toEqual([]);
});

it('says what could not be done, and why', async () => {
  const asked = await attendant('echo "$id error 3 No such process"');
  await expect(asked.pause('pause tv-target', 3)).rejects.toMatchObject({
    name: 'UserError',
    message: 'cannot pause tv-target: 3 No such process',
  });
});

it('tells whoever waits, and whoever asks later, that it is gone', async () => {
  const asked = await attendant('echo "out of memory" >&2; exit 1');
  await expect(asked.pause('pause tv-target', 3)).rejects.toThrow(
    'cannot pause tv-target: the attendant in Dom0 is gone: out of memory',
  );
  await expect(asked.list()).rejects.toThrow('the attendant in Dom0 is gone');
});

it('does not take an answer for that to another request', async () => {
  const asked = await attendant('echo "99 ok"');
  await expect(asked.unpause('unpause tv-target', 3)).rejects.toThrow('answered "99 ok" to 1');
});
