/**
 * Why some kinds of event are not measured: as this host's Xen answered when it was asked.
 */
import type { EventOffer, EventOffers } from '../../protocol/records.ts';
import type { TargetRegion } from '../outcome.ts';

/** A kind that is not measured. */
interface Skipped {
  what: string;
  reason: string;
}

const NO_TARGET = 'the target makes no events of this kind';

/** Where Xen has single-step and memory-access events: xen/arch/x86, 4.12 to 4.22 (hvm/vmx, mm/mem_access.c). */
const INTEL_ALONE = "Xen has them with Intel's VMX alone, in every release to 4.22";

/** What follows from Xen offering a kind, or not. */
function reasonOfKind(offered: boolean, refusal: string): string {
  return offered ? `Xen offers them on this host, but ${NO_TARGET}` : refusal;
}

/** Kinds that the library has and the target does not make. */
export function unmeasuredKinds({
  capabilities,
  singleStep,
  memoryAccessError,
}: EventOffers): Skipped[] {
  // Xen looks at the processor first and at its policy after: a denial is an offer.
  const offersAccess = memoryAccessError === undefined || memoryAccessError === 'EACCES';
  return [
    {
      what: 'events of kind single-step',
      reason: reasonOfKind(
        singleStep,
        `not among the kinds that Xen says it offers on this host (capabilities ${capabilities}): ${INTEL_ALONE}`,
      ),
    },
    {
      what: 'events of kind memory-access',
      reason: reasonOfKind(
        offersAccess,
        `Xen answers ${memoryAccessError} when it is asked for the access to a page of the target${memoryAccessError === 'EINVAL' ? `: it cannot restrict it on this processor; ${INTEL_ALONE}` : ''}`,
      ),
    },
  ];
}

/** What a processor has by which events of a kind do not come about (native/target/events.c). */
function hindranceOf(kind: string, processor: TargetRegion['processor']): string | undefined {
  if (kind === 'msr-write' && processor?.fsgsbase) {
    return 'the FSGSBASE instructions, with which Linux writes no MSR';
  }
  if (kind === 'descriptor' && processor?.umip)
    return 'UMIP, by which SGDT ends in a fault of its own';
  return undefined;
}

/** Why there are no events of the kind that a job was about. */
export function reasonOf(
  { kind, offered }: EventOffer,
  { capabilities }: EventOffers,
  timeoutMs: number,
  { processor }: { processor?: TargetRegion['processor'] | undefined } = {},
): string {
  const hindrance = hindranceOf(kind, processor);
  if (offered && hindrance !== undefined) {
    return `the target's processor has ${hindrance}, although its configuration asks for one without`;
  }
  return offered
    ? `Xen offers events of kind ${kind} on this host, but none arrived within ${timeoutMs / 1000} s of the introspector's clock`
    : `Xen offers no events of kind ${kind} on this host (capabilities ${capabilities})`;
}
