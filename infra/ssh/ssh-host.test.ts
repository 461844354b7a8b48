import { chmod, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { onlyPrograms, temporaryFolder } from '../testing/support.ts';
import { SshHost } from './ssh-host.ts';

/**
 * A host whose ssh is a program of the test: as a master it makes the control socket and waits, else
 * it runs the command here.
 */
async function fakeHost() {
  const folder = await temporaryFolder();
  const ssh = join(folder, 'ssh');
  await writeFile(
    ssh,
    `#!/bin/sh
for last; do :; done
case " $* " in
*" -M "*) echo knock >> ${join(folder, 'knocks')}
[ -e ${join(folder, 'drops')} ] && [ $(wc -l < ${join(folder, 'knocks')}) -le $(cat ${join(folder, 'drops')}) ] && exit 255
echo $$ > ${join(folder, 'pid')}; exec python3 -c 'import socket,sys,time
s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); time.sleep(60)' ${join(folder, 'control')};;
esac
[ -e ${join(folder, 'closing')} ] && exit 255
[ -e ${join(folder, 'closing-once')} ] && rm ${join(folder, 'closing-once')} && exit 255
exec sh -c "exec $last"
`,
  );
  await chmod(ssh, 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  const host = new SshHost({ host: 'h', options: [], controlPath: join(folder, 'control') });
  onTestFinished(async () => {
    await host.close();
    process.env.PATH = before;
  });
  return { host, folder };
}

it('runs commands with their input, and gives every exit code as a result', async () => {
  const { host } = await fakeHost();
  await host.connect(10_000);
  expect(await host.run(['sh', '-c', 'cat; echo e >&2; exit 3'], { input: 'in' })).toEqual({
    exitCode: 3,
    stdout: 'in',
    stderr: 'e\n',
  });
});

it('runs one command at a time, beside those that were spawned', async () => {
  const { host, folder } = await fakeHost();
  const spawned = await host.spawn(['cat']);
  const log = join(folder, 'log');
  const argv = ['sh', '-c', `echo begin >> ${log}; sleep 0.1; echo end >> ${log}`];
  await Promise.all([host.run(argv), host.run(argv)]);
  expect(await readFile(log, 'utf8')).toBe('begin\nend\nbegin\nend\n');
  await spawned.kill();
});

it('gives up a command that takes too long', async () => {
  const { host } = await fakeHost();
  await expect(host.run(['sleep', '60'], { timeoutMs: 200 })).rejects.toThrow(
    '"sleep 60" on the host took longer than 0.2 s',
  );
});

it('streams a process, feeds it, and tells how it ended', async () => {
  const { host } = await fakeHost();
  const process = await host.spawn([
    'sh',
    '-c',
    'while read l; do echo "<$l>"; done; echo bad >&2; exit 4',
  ]);
  await process.write('a\nb\n');
  await process.end();
  let text = '';
  for await (const bytes of process.stdout) text += Buffer.from(bytes).toString();
  expect(text).toBe('<a>\n<b>\n');
  expect(await process.exited).toEqual({ exitCode: 4, stdout: '', stderr: 'bad\n' });
});

it('keeps what a process printed before anybody reads', async () => {
  const { host } = await fakeHost();
  const process = await host.spawn(['echo', 'early']);
  await process.exited;
  let text = '';
  for await (const bytes of process.stdout) text += Buffer.from(bytes).toString();
  expect(text).toBe('early\n');
});

it('sends a command again whose channel the server closed before it began', async () => {
  const { host, folder } = await fakeHost();
  await host.connect(10_000);
  const closeOnce = () => writeFile(join(folder, 'closing-once'), '');
  await closeOnce();
  expect(await host.run(['cat'], { input: 'in' })).toMatchObject({ exitCode: 0, stdout: 'in' });
  await closeOnce();
  const process = await host.spawn(['echo', 'out']);
  let text = '';
  for await (const bytes of process.stdout) text += Buffer.from(bytes).toString();
  expect(text).toBe('out\n');
  await closeOnce();
  await host.put(join(folder, 'ssh'), join(folder, 'copy'));
  await closeOnce();
  await host.get(join(folder, 'copy'), join(folder, 'copy of it'));
  expect(await readFile(join(folder, 'copy of it'))).toEqual(await readFile(join(folder, 'ssh')));
});

it('does not send a command for ever, and one that began not at all', async () => {
  const { host, folder } = await fakeHost();
  await host.connect(10_000);
  const count = join(folder, 'count');
  const begun = ['sh', '-c', `echo >> ${count}; exit 255`];
  expect(await host.run(begun)).toMatchObject({ exitCode: 255 });
  const process = await host.spawn(begun);
  expect(await process.exited).toMatchObject({ exitCode: 255 });
  expect(await readFile(count, 'utf8')).toBe('\n\n');
  await writeFile(join(folder, 'closing'), '');
  const refused = 'did not begin "true", 5 times';
  await expect(host.run(['true'])).rejects.toThrow(refused);
  await expect(host.spawn(['true'])).rejects.toThrow(refused);
});

it('kills a process that neither reads nor writes', async () => {
  const { host } = await fakeHost();
  const process = await host.spawn(['sleep', '60']);
  await process.kill();
  expect((await process.exited).exitCode).not.toBe(0);
});

it('kills many processes by few commands', async () => {
  const { host, folder } = await fakeHost();
  const kill = join(folder, 'kill');
  await writeFile(kill, `#!/bin/sh\necho kill >> ${join(folder, 'kills')}\nexec /bin/kill "$@"\n`);
  await chmod(kill, 0o755);
  const processes = await Promise.all(Array.from({ length: 8 }, () => host.spawn(['sleep', '60'])));
  await Promise.all(processes.map((process) => process.kill()));
  for (const process of processes) expect((await process.exited).exitCode).not.toBe(0);
  expect((await readFile(join(folder, 'kills'), 'utf8')).split('\n').length - 1).toBeLessThan(3);
});

it('copies files both ways, and keeps that they can be executed', async () => {
  const { host, folder } = await fakeHost();
  const path = (name: string) => join(folder, name);
  await writeFile(path('a'), 'content', { mode: 0o755 });
  await host.put(path('a'), path('b c'));
  await host.get(path('b c'), path('d'));
  expect(await readFile(path('d'), 'utf8')).toBe('content');
  expect((await host.run([path('b c')])).exitCode).not.toBe(126);
});

it('makes no file of a copy that is interrupted', async () => {
  const { host, folder } = await fakeHost();
  const path = (name: string) => join(folder, name);
  await execa('mkfifo', [path('endless')]);
  const source = await open(path('endless'), 'r+');
  onTestFinished(() => source.close());
  await source.write('the beginning');
  const abort = new AbortController();
  const copied = host.put(path('endless'), path('copy'), { signal: abort.signal });
  await vi.waitFor(() => stat(path('copy.part')));
  abort.abort(new Error('Ctrl-C'));
  await expect(copied).rejects.toThrow('Ctrl-C');
  await expect(stat(path('copy'))).rejects.toThrow('ENOENT');
});

it('leaves no half of a file that cannot be had', async () => {
  const { host, folder } = await fakeHost();
  await expect(host.get('/none', join(folder, 'x'))).rejects.toThrow('cannot copy /none');
  await expect(readFile(join(folder, 'x'))).rejects.toThrow('ENOENT');
});

describe('a host that drops connections before the login', () => {
  it('is knocked at again', async () => {
    const { host, folder } = await fakeHost();
    await writeFile(join(folder, 'drops'), '2');
    await host.connect(10_000);
    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
    expect(await readFile(join(folder, 'knocks'), 'utf8')).toBe('knock\n'.repeat(3));
  });

  it('is given up when it goes on so', async () => {
    const { host, folder } = await fakeHost();
    await writeFile(join(folder, 'drops'), '99');
    await expect(host.connect(10_000)).rejects.toThrow(
      'cannot reach h by ssh: it closed the connection before the login',
    );
    expect(await readFile(join(folder, 'knocks'), 'utf8')).toBe('knock\n'.repeat(5));
  });
});

it('tells when the connection ends by itself', async () => {
  const { host, folder } = await fakeHost();
  await host.connect(10_000);
  process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  expect(await host.lost).toContain('the connection ended');
});

it('says why a host cannot be reached', async () => {
  const folder = await temporaryFolder();
  const host = new SshHost({
    host: '127.0.0.1',
    options: ['-F', 'none', '-p', '9'],
    controlPath: join(folder, 'c'),
  });
  await expect(host.connect(10_000)).rejects.toThrow(/cannot reach 127.0.0.1 by ssh: .*refused/);
});

it('names the package of a missing ssh', async () => {
  const folder = await temporaryFolder();
  const host = new SshHost({ host: 'h', options: [], controlPath: join(folder, 'c') });
  await onlyPrograms();
  await expect(host.run(['true'])).rejects.toMatchObject({
    advice: expect.stringContaining('openssh-client'),
  });
});
