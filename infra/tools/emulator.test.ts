import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { command } from '../process/command.ts';
import { SILENT } from '../testing/silent.ts';
import { onlyPrograms } from '../testing/support.ts';
import { findEmulator, peekEmulator } from './emulator.ts';

const cache = new Cache(cacheRoot(), SILENT);
const emulator = await findEmulator(cache);

it('is of the pinned release, whatever this machine has', async () => {
  expect(emulator.version).toMatch(/^QEMU emulator version 7\.2\..* \(Debian 1:7\.2/);
  expect(await peekEmulator(cache)).toEqual(emulator);
  await onlyPrograms();
  const { stdout } = await command(emulator.file, [...emulator.args, '--version'], {
    env: emulator.env,
  });
  expect(stdout).toContain(emulator.version);
});

it('loads nothing of this machine', async () => {
  const { stdout } = await command(emulator.file, ['--list', ...emulator.args.slice(0, 3)]);
  const loaded = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  expect(loaded.length).toBeGreaterThan(30);
  const folder = emulator.args[1] as string;
  const foreign = loaded.filter((path) => !path.startsWith(folder) && !path.startsWith('/lib64/'));
  expect(foreign).toEqual([]);
  expect((await stat(emulator.args[4] as string)).isDirectory()).toBe(true);
});

it('emulates a machine with firmware of its own', async () => {
  const machine = ['-machine', 'q35,accel=tcg,hpet=off', '-display', 'none', '-nodefaults'];
  const { stdout } = await command(
    emulator.file,
    [...emulator.args, ...machine, '-S', '-monitor', 'stdio'],
    { env: emulator.env, input: 'info roms\nquit\n' },
  );
  expect(stdout).toContain('bios-256k.bin');
});
