/** What a snapshot depends on: a machine of the same inputs would have come to the same place. */
import { realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { hashFile, hashInputs, hashOf } from '../../cache/hash.ts';
import { UserError } from '../../errors.ts';
import { adviceForTool } from '../../packages.ts';
import { command } from '../../process/command.ts';
import { argumentsOf, type MachineOptions } from '../power.ts';
import { PROGRAM } from '../qemu.ts';
import { withoutFolders } from '../qemu-arguments.ts';

/** The program and its version, of which a saved state is. */
export async function qemuVersion(): Promise<string> {
  return (await command(PROGRAM, ['--version'])).stdout.split('\n')[0] ?? '';
}

/** QEMU's command line by which such a host boots, files by their names alone. */
export function bootArguments(options: MachineOptions): string {
  return withoutFolders(argumentsOf(options, { initramfs: 'initramfs', monitor: 'monitor' }));
}

/** Everything that a host's state after its boot depends on, by name. */
export async function snapshotInputs(options: MachineOptions): Promise<Record<string, string>> {
  const { host, native, extras, overlay } = options;
  return {
    ...host.hashes,
    ...native.hashes,
    ...extras.hashes,
    overlay: hashOf(overlay),
    qemu: await qemuVersion(),
    'qemu program': await hashFile(await programPath()),
    arguments: bootArguments(options),
  };
}

/** The key of a snapshot of these inputs: 16 hex digits. */
export function snapshotKey(inputs: Readonly<Record<string, string>>): string {
  return hashInputs(inputs).slice(0, 16);
}

/** Where QEMU is found. @throws UserError when it is not */
async function programPath(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = await realpath(join(folder, PROGRAM)).catch(() => undefined);
    if (path !== undefined) return path;
  }
  throw new UserError(`${PROGRAM} is not there`, { advice: adviceForTool(PROGRAM) });
}
