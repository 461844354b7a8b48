import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { ReplayTestbed } from './testbed.ts';

async function recording() {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'domains'));
  await writeFile(join(folder, 'capabilities.json'), '{"kind":"emulated","cpus":1}');
  await writeFile(join(folder, 'domains/tv-b.log'), 'hello\n');
  await writeFile(join(folder, 'introspector.log'), 'records\n');
  await writeFile(join(folder, 'denials.txt'), 'avc: denied a\navc: denied b\n');
  return new ReplayTestbed(folder);
}

async function text(chunks: AsyncIterable<Uint8Array>) {
  let all = '';
  for await (const bytes of chunks) all += Buffer.from(bytes).toString();
  return all;
}

it('plays a console, and ends it with the domain', async () => {
  const testbed = await recording();
  await testbed.start();
  const domain = await testbed.xen.createDomain({ role: 'bystander', name: 'tv-b' });
  expect(await testbed.xen.domains()).toEqual([{ name: 'tv-b', domid: 1, state: 'running' }]);
  const console = text(domain.console());
  await domain.pause();
  expect(await domain.state()).toBe('paused');
  await domain.destroy();
  expect(await console).toBe('hello\n');
  expect(await domain.alive()).toBe(false);
  expect(await testbed.xen.domains()).toEqual([]);
});

it('plays the introspector until its input ends', async () => {
  const testbed = await recording();
  const process = await testbed.spawn([testbed.introspectorPath]);
  const output = text(process.stdout);
  await process.write('seq=1\n');
  await process.end();
  expect(await output).toBe('records\n');
  expect((await process.exited).exitCode).toBe(0);
});

it('says that it is a replay, and gives the recorded denials', async () => {
  const testbed = await recording();
  expect(await testbed.capabilities()).toEqual({ kind: 'replay', cpus: 1 });
  expect(await testbed.xen.denials()).toEqual(['avc: denied a', 'avc: denied b']);
  expect(await testbed.xen.console()).toBe('');
});

it('refuses what was not recorded', async () => {
  const testbed = await recording();
  await expect(testbed.xen.createDomain({ role: 'bystander', name: 'tv-x' })).rejects.toThrow(
    'the recording has no domain tv-x',
  );
  await expect(testbed.run(['xl', 'list'])).rejects.toThrow('cannot run xl list');
  await expect(new ReplayTestbed('/none').start()).rejects.toThrow('/none is not a recording');
});
