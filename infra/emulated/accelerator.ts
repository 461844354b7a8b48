/**
 * Chooses how QEMU executes. KVM is taken only where a probe boot of the same images came up under it
 * and Xen found hardware virtualisation for its guests: /dev/kvm may be there and give neither.
 */
import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashInputs } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { bootId } from '../process/identity.ts';
import type { EmulatedOptions } from '../testbed.ts';

/** The choice, and why. */
export interface AcceleratorChoice {
  accelerator: 'tcg' | 'kvm';
  reason: string;
}

/** What a probe found. */
export interface KvmProbe {
  usable: boolean;
  reason: string;
}

/** Where KVM is offered to user space. Replaced in tests. */
export const KVM_DEVICE = '/dev/kvm';

/**
 * Chooses for these options.
 * @param probe finds out whether KVM runs the images; called only when KVM may be used.
 * @throws UserError when KVM is asked for by name and does not work.
 */
export async function chooseAccelerator(
  options: EmulatedOptions,
  probe: () => Promise<KvmProbe>,
): Promise<AcceleratorChoice> {
  const wanted = options.accelerator ?? 'auto';
  if (options.clock === 'counted') {
    return { accelerator: 'tcg', reason: 'only emulation counts instructions' };
  }
  if (wanted === 'tcg') return { accelerator: 'tcg', reason: 'asked for' };
  const { usable, reason } = await probe();
  if (usable) return { accelerator: 'kvm', reason };
  if (wanted === 'auto') return { accelerator: 'tcg', reason: `KVM is not usable: ${reason}` };
  throw new UserError(`KVM is not usable: ${reason}`, {
    advice: 'leave --accelerator away, or enable nested virtualisation on this machine',
  });
}

/** Whether this process may open the device at all; undefined when it may. */
export async function whyNoDevice(device: string = KVM_DEVICE): Promise<string | undefined> {
  try {
    await access(device, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? `there is no ${device}` : `${device} may not be used (${code})`;
  }
}

/**
 * The result of a probe boot, remembered until this machine or the images change.
 * @param images hashes of the images that the probe boots, and what else decides how.
 * @param boot boots them under KVM; resolves to why it is not usable, or undefined.
 */
export async function probeKvm(
  cacheRoot: string,
  images: Readonly<Record<string, string>>,
  boot: () => Promise<string | undefined>,
  device: string = KVM_DEVICE,
): Promise<KvmProbe> {
  const missing = await whyNoDevice(device);
  if (missing !== undefined) return { usable: false, reason: missing };
  const path = join(cacheRoot, 'kvm-probe.json');
  const key = hashInputs({ ...images, boot: bootId() });
  const remembered = await readProbe(path);
  if (remembered?.key === key) return remembered.probe;
  const failure = await boot();
  const probe =
    failure === undefined
      ? { usable: true, reason: 'a probe boot came up under it' }
      : { usable: false, reason: failure };
  await makeFolder(dirname(path));
  await writeFile(path, `${JSON.stringify({ key, probe }, undefined, 2)}\n`);
  return probe;
}

/** The remembered result; undefined when there is none. */
export async function readProbe(
  path: string,
): Promise<{ key: string; probe: KvmProbe } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as { key: string; probe: KvmProbe };
  } catch {
    return undefined;
  }
}
