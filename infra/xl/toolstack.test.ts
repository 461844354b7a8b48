import { access, chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { creation, type DomainAccount, XlToolstack } from './toolstack.ts';

const images = { kernel: '/k', targetInitramfs: '/r', minios: '/m', linuxDomainInitramfs: '/l' };
const UUID = '6ae9b6a5-4d0c-4d8c-9a3c-6b2a7f1f2c11';
/** Longest that a process may take to start, on a machine that does much else. */
const PATIENCE_MS = 60_000;

/**
 * A host whose xl and attendant write down how they are called; `failing` calls fail, and after `silent` ones
 * everything is as before. Domain 7 is what `xl create` makes.
 */
async function recordingHost(failing: string[] = [], silent = 'nothing') {
  const folder = await temporaryFolder();
  const log = join(folder, 'calls');
  await writeFile(log, '');
  const failures = (ending: string) =>
    failing.map((prefix) => `"${prefix}"*) ${ending};;`).join('\n');
  const programs = {
    xl: `echo "xl $*" >> ${log}
case "xl $*" in
${failures('echo "refused" >&2; exit 1')}
"xl create"*)
	cat "$4" >> ${log}
	sed -n 's/^name = "\\(.*\\)"$/\\1/p' "$4" > ${folder}/name;;
esac`,
    attendant: `while read -r id request; do
	[ "$request" = list ] || echo "$request" >> ${log}
	case "$request" in
	${failures('echo "$id error 13 refused"')}
	"${silent}"*) echo "$id ok paused";;
	unpause*) echo "$id ok running";;
	list) echo "$id ok 0 ${UUID} running Domain-0$(sed 's/^/ 7 ${UUID} running /' ${folder}/name)";;
	*) echo "$id ok";;
	esac
done`,
  };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const calls = async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  const options = { images, introspector: '/i', attendant: join(folder, 'attendant') };
  return {
    host: new AnsweringHost(),
    calls,
    options,
    gone: () => writeFile(join(folder, 'name'), ''),
  };
}

it('makes the folder that a domain may read before the domain runs', async () => {
  const { host, calls, options } = await recordingHost();
  const domain = await new XlToolstack(host, options).createDomain({
    role: 'introspector',
    name: 'tv-introspector',
  });
  expect(domain.domid).toBe(7);
  const lines = await calls();
  expect(lines[0]).toMatch(/^xl create -e -p \S+$/);
  expect(lines).toContain('name = "tv-introspector"');
  expect(lines.slice(-3)).toEqual([
    'write /local/domain/7/tinyvmi',
    'perms /local/domain/7/tinyvmi n0 r7',
    'unpause 7',
  ]);
});

it('has a domain written down before it is made, by the UUID that it gets, and struck out when it is gone', async () => {
  const { host, calls, options, gone } = await recordingHost();
  const told: string[] = [];
  const before = async (what: string) => void told.push(`${what} after ${(await calls()).length}`);
  const no = () => Promise.reject(new Error('not asked for'));
  const account: DomainAccount = {
    creating: async ({ name }) => {
      await before(`creating ${name}`);
      return UUID;
    },
    destroyed: async (uuid) => void told.push(`destroyed ${uuid}`),
    ...{ attaching: no, pausing: no, unpaused: no, listening: no, unlistened: no },
  };
  const domain = await new XlToolstack(host, { ...options, account }).createDomain({
    role: 'bystander',
    name: 'tv-b',
  });
  expect(await calls()).toContain(`uuid = "${UUID}"`);
  expect(told).toEqual(['creating tv-b after 0']);
  await expect(domain.destroy()).rejects.toThrow('cannot destroy tv-b: its state is running');
  host.answers.set('xl', () => ({ exitCode: 0, stdout: '', stderr: '' }));
  await gone();
  await domain.destroy();
  expect(told).toEqual(['creating tv-b after 0', `destroyed ${UUID}`]);
});

it.each(['write', 'perms'])('destroys the domain again when %s fails', async (failing) => {
  const { host, calls, options } = await recordingHost([failing]);
  const creation = new XlToolstack(host, options).createDomain({
    role: 'bystander',
    name: 'tv-b',
  });
  await expect(creation).rejects.toMatchObject({
    name: 'UserError',
    message: 'cannot give tv-b its folder of xenstore: 13 refused',
  });
  expect((await calls()).at(-1)).toBe('xl destroy tv-b');
});

it.each([
  ['fails', ['unpause'], undefined],
  ['comes to nothing', [], 'unpause'],
])('destroys the domain again when its start %s', async (_case, failing, silent) => {
  const { host, calls, options } = await recordingHost(failing, silent);
  const creation = new XlToolstack(host, options).createDomain({ role: 'bystander', name: 'tv-b' });
  await expect(creation).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^cannot unpause tv-b/),
  });
  expect((await calls()).at(-1)).toBe('xl destroy 7');
});

it(
  'leaves no configuration in the host when its connection breaks',
  async () => {
    const folder = await temporaryFolder();
    const temporary = join(folder, 'tmp');
    await mkdir(temporary);
    const begun = join(folder, 'begun');
    await writeFile(join(folder, 'xl'), `#!/bin/sh\n: > ${begun}\nexec sleep 1\n`, { mode: 0o755 });
    const [shell = '', ...args] = creation(
      { role: 'bystander', name: 'tv-b' },
      'client',
      temporary,
    );
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const child = execa(shell, args, { env, input: 'name = "tv-b"\n', reject: false });
    await vi.waitFor(() => access(begun), PATIENCE_MS);
    expect(await readdir(temporary)).toHaveLength(1);
    child.kill('SIGHUP');
    expect((await child).exitCode).not.toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'leaves none either when its connection breaks while it is being written',
  async () => {
    const folder = await temporaryFolder();
    const temporary = join(folder, 'tmp');
    await mkdir(temporary);
    const { stdout: real } = await execa('sh', ['-c', 'command -v mktemp']);
    const begun = join(folder, 'begun');
    const slow = `#!/bin/sh\n${real} "$@"\n: > ${begun}\nexec sleep 1\n`;
    await writeFile(join(folder, 'mktemp'), slow, { mode: 0o755 });
    const [shell = '', ...args] = creation(
      { role: 'bystander', name: 'tv-b' },
      'client',
      temporary,
    );
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const child = execa(shell, args, { env, input: 'name = "tv-b"\n', reject: false });
    await vi.waitFor(() => access(begun), PATIENCE_MS);
    child.kill('SIGHUP');
    expect((await child).exitCode).not.toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  },
  PATIENCE_MS,
);

it('says why a domain cannot be created', async () => {
  const { host, calls, options } = await recordingHost(['xl create']);
  const creation = new XlToolstack(host, options).createDomain({ role: 'bystander', name: 'tv-b' });
  await expect(creation).rejects.toThrow('refused');
  expect((await calls()).some((call) => call.startsWith('unpause'))).toBe(false);
});

it('leaves a Xen without buffers for its trace where it has to', async () => {
  const { host, calls, options } = await recordingHost();
  const xen = new XlToolstack(host, { ...options, untraced: 'it is left as it is' });
  const work = vi.fn(async () => undefined);
  await expect(xen.trace(work)).rejects.toMatchObject({
    kind: 'skipped',
    message: 'it is left as it is',
  });
  expect(work).not.toHaveBeenCalled();
  expect(await calls()).toEqual([]);
  expect(host.asked).toEqual([]);
});

it('reads the host before and after the domain is built, and leaves it paused', async () => {
  const { host, calls, options } = await recordingHost();
  const probe = join(await temporaryFolder(), 'probe');
  await writeFile(probe, '#!/bin/sh\necho "clock=5 free=100 pages=7 ran=9"\n');
  await chmod(probe, 0o755);
  const domain = await new XlToolstack(host, { ...options, probe }).createDomain(
    { role: 'introspector', name: 'tv-i' },
    undefined,
    { paused: true },
  );
  expect(domain.domid).toBe(7);
  const state = { clock: 5n, freePages: 100, pages: 7, ranNs: 9n };
  expect(domain.built).toEqual({ before: state, after: state });
  expect((await calls()).some((call) => call.startsWith('unpause'))).toBe(false);
});

it('has Dom0 make a domain privileged for its target, and says why it cannot', async () => {
  const { host, options } = await recordingHost();
  const introspector = join(await temporaryFolder(), 'introspector');
  await writeFile(
    introspector,
    '#!/bin/sh\n[ "$*" = "set-target 7 3" ] || { echo "no" >&2; exit 2; }\n',
  );
  await chmod(introspector, 0o755);
  const xen = new XlToolstack(host, { ...options, introspector });
  const domain = await xen.createDomain({ role: 'introspector', name: 'tv-i' });
  await xen.setTarget(domain, { ...domain, name: 'web', domid: 3 });
  await expect(xen.setTarget(domain, { ...domain, name: 'web', domid: 4 })).rejects.toThrow(
    /cannot make tv-i privileged for web .*\n.*no/,
  );
});
