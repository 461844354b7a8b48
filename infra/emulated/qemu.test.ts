import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onlyPrograms } from '../testing/support.ts';
import { Qemu } from './qemu.ts';

const never = new AbortController().signal;

/** Starts a QEMU that is a shell script. */
async function machine(script: string) {
  const folder = await onlyPrograms('setpriv', 'sh', 'sleep');
  const program = join(folder, 'qemu-system-x86_64');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const stages: string[] = [];
  const log = join(folder, 'log');
  const said: string[] = [];
  const watch = {
    log,
    onStage: (stage: string) => void stages.push(stage),
    onWaits: () => void said.push('waits'),
    onTook: () => void said.push('took'),
  };
  return { qemu: new Qemu({ file: program, args: [], env: {} }, [], watch), stages, said, log };
}

it('is ready when Dom0 says so, and keeps its console', async () => {
  const { qemu, stages, log } = await machine('echo DOM0 init; echo DOM0 ready; exec sleep 60');
  await qemu.ready(5000, never);
  expect(stages).toEqual(["Dom0's kernel is up"]);
  await qemu.stop();
  await qemu.stop();
  expect(await readFile(log, 'utf8')).toBe('DOM0 init\nDOM0 ready\n');
});

it('types on its console, and tells when Dom0 waits and takes a line', async () => {
  const { qemu, said, log } = await machine(
    'echo DOM0 waits; read -r line; echo "DOM0 took $line"; echo DOM0 ready; exec sleep 60',
  );
  await qemu.waits(5000, never);
  expect(said).toEqual(['waits']);
  qemu.type('one');
  await qemu.ready(5000, never);
  expect(said).toEqual(['waits', 'took']);
  await qemu.stop();
  expect(await readFile(log, 'utf8')).toContain('DOM0 took one\n');
});

it('says what QEMU said when it ends', async () => {
  const { qemu } = await machine(
    'echo "(XEN) hello"; echo "cannot set up guest memory" >&2; exit 1',
  );
  await expect(qemu.ready(5000, never)).rejects.toThrow(
    'the emulated host did not start: QEMU ended with code 1: cannot set up guest memory\n  (XEN) hello',
  );
});

it('says who panicked, while QEMU still runs', async () => {
  const { qemu } = await machine('echo "(XEN) Panic on CPU 0:"; exec sleep 60');
  await expect(qemu.ready(5000, never)).rejects.toThrow('Xen panicked');
  await qemu.stop();
});

it('gives up after the time', async () => {
  const { qemu } = await machine('exec sleep 60');
  await expect(qemu.ready(100, never)).rejects.toThrow('Dom0 is not up after 0.1 s');
  await qemu.stop();
});

it('can be given up waiting for', async () => {
  const { qemu } = await machine('exec sleep 60');
  const controller = new AbortController();
  const ready = qemu.ready(5000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(ready).rejects.toThrow('enough');
  await qemu.stop();
});

it('tells that the machine is gone', async () => {
  const { qemu } = await machine('echo DOM0 ready; exec sleep 60');
  await qemu.ready(5000, never);
  process.kill(qemu.pid ?? 0, 'SIGKILL');
  expect(await qemu.dead).toBe('QEMU ended with SIGKILL');
});

it('says so when QEMU is not in the cache any more', async () => {
  const folder = await onlyPrograms('setpriv');
  const qemu = new Qemu({ file: join(folder, 'none'), args: [], env: {} }, [], {
    log: join(folder, 'log'),
    onStage: () => undefined,
  });
  await expect(qemu.ready(5000, never)).rejects.toMatchObject({
    name: 'UserError',
    advice: expect.stringContaining('emulator-*'),
  });
});
