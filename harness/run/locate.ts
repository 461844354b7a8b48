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

/** What helps when a process has no pages, or there is none. */
const NO_PROCESS = 'Try again while the guest works, or say where its pages are: --address.';

/**
 * Finds pages of one size in a row.
 * @throws UserError when there are none
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
    const isRefused = error instanceof ProtocolError && error.problem === 'refused';
    if (!isRefused || wanted.region === undefined) throw error;
    throw new ProtocolError('refused', error.message, NO_PROCESS);
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
