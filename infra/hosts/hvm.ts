/**
 * Whether a host can make HVM guests: its toolstack needs hvmloader and a device model, each at the path
 * that was compiled into it.
 */
import { UserError } from '../errors.ts';
import type { HostReport } from './facts.ts';

/** What an HVM guest needs of a host, for people. */
export const HVM_NEEDS = 'hvmloader and a device model (QEMU), for --target hvm';

/** A path as the report has it: where it is looked for, and whether it is there. */
function lack(what: string, sought: string | undefined, found: string | undefined): string[] {
  if (found) return [];
  return [sought ? `${what} (${sought})` : `${what} (the toolstack names no path of it)`];
}

/** What keeps this host from making HVM guests, and what mends it; undefined: nothing does. */
export function hvmLack({ xen = {}, dom0 }: HostReport): { why: string; mend: string } | undefined {
  if (!/\bhvm\b/.test(xen.virt_caps ?? '')) {
    const why = 'Xen has no hardware virtualisation to give to guests';
    return { why, mend: 'switch VT-x or AMD-V on in the firmware, or use --target pv' };
  }
  const missing = [
    ...lack('hvmloader', dom0.hvmloader_path, dom0.hvmloader),
    ...lack('a device model', dom0.device_model_path, dom0.device_model),
  ];
  if (missing.length === 0) return undefined;
  return {
    why: `Dom0 lacks ${missing.join(' and ')}`,
    mend: 'install them (Debian: apt-get install qemu-system-xen, and xen-utils of the Xen that runs), or use --target pvh',
  };
}

/** @throws UserError of kind `skipped` when the host cannot make HVM guests */
export function demandHvm(report: HostReport, name: string): void {
  const lacking = hvmLack(report);
  if (lacking === undefined) return;
  throw new UserError(`${name} cannot make an HVM guest: ${lacking.why}`, {
    kind: 'skipped',
    advice: lacking.mend,
  });
}
