/** Asks from Dom0 where a domain has pages to read, and in which address space. */
import { UserError } from '../../infra/errors.ts';
import type { Guest } from '../../infra/testbed.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { LocateJob } from '../protocol/job.ts';
import type { Region } from '../protocol/records.ts';
import { askDom0 } from './ask-dom0.ts';
import type { TargetRegion } from './outcome.ts';
import { privilegeOf } from './privilege.ts';
import type { RunState } from './state.ts';

/** What Dom0's introspector answers where it is the guest, the address or the policy, and not our side. */
interface Reason {
  /** Part of its sentence (native/workloads/dom0, native/vmi). */
  said: string;
  /** `usage` where other options help, `skipped` where this guest cannot be read as it is. */
  kind: 'usage' | 'skipped';
  advice: string;
}

const REASONS: readonly Reason[] = [
  {
    said: 'is not in long mode',
    kind: 'skipped',
    advice:
      'A guest of 32 bits, or one that is still starting, is not read: name one with a 64-bit kernel that is up.',
  },
  {
    said: 'has no entry of system calls',
    kind: 'usage',
    advice: 'Say where its pages are: --address.',
  },
  {
    said: 'vcpu 0 is in no process',
    kind: 'skipped',
    advice: 'Try again while the guest works, or say where its pages are: --address.',
  },
  {
    said: 'no page of memory is mapped at',
    kind: 'usage',
    advice:
      "Give an --address that vcpu 0's address space has mapped now, or none: then the kernel's text is looked for.",
  },
  {
    said: 'is populated on demand',
    kind: 'skipped',
    advice: 'Try again when its balloon driver has given back what it lacks (docs/real-hosts.md).',
  },
  {
    said: 'Xen does not tell whether',
    kind: 'skipped',
    advice: "Let the policy give Dom0 getpodtarget on the guest's type (docs/real-hosts.md).",
  },
  {
    said: 'registers of vcpu 0 cannot be read',
    kind: 'skipped',
    advice:
      "See that vcpu 0 of the guest is up (xl vcpu-list), and that the policy gives Dom0 getvcpucontext and gethvmc on the guest's type (docs/real-hosts.md).",
  },
];

/** The introspector's refusal as what it is; other errors as they are. */
function explained(error: unknown, guest: Guest): unknown {
  if (!(error instanceof ProtocolError) || error.problem !== 'refused') return error;
  const reason = REASONS.find(({ said }) => error.message.includes(said));
  if (reason === undefined) return error;
  const { kind, advice } = reason;
  return new UserError(`${guest.name} cannot be read: ${error.message}`, {
    kind,
    advice,
    cause: error,
  });
}

/**
 * Finds pages of one size in a row.
 * @throws UserError when there are none: of kind `usage` where other options help, `skipped` where the
 *   guest or the host's policy does not let itself be read
 */
export async function locate(
  run: RunState,
  guest: Guest,
  wanted: Pick<LocateJob, 'pages' | 'base' | 'region'>,
): Promise<Region> {
  const label = 'The introspector that looks for pages';
  const { domid, type } = guest;
  let region: Region | undefined;
  try {
    await askDom0(run, label, { workload: 'locate', domid, type, ...wanted }, (record) => {
      if (record.type === 'P') region = record;
    });
  } catch (error) {
    throw explained(error, guest);
  }
  if (region === undefined) throw new UserError(`${label} named no pages of ${guest.name}.`);
  return region;
}

/**
 * The target's region with the address space that it is in, where introspectors have to be told:
 * privilege `set-target` lets a domain map its target, and not read its registers.
 */
export async function withSpace(
  run: RunState,
  guest: Guest,
  region: TargetRegion,
): Promise<TargetRegion> {
  if (privilegeOf(run) === 'flask' || region.space !== undefined) return region;
  const { cr3, levels } = await locate(run, guest, { pages: 1, base: region.base });
  return { ...region, space: { cr3, levels } };
}
