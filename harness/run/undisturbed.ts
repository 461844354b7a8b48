/**
 * A guest that is not ours has an owner, who may do with it what he likes while it is measured: what became
 * of it is looked at before and after every measurement.
 */
import { UserError } from '../../infra/errors.ts';
import { type StrangersGuest, SUSPENDED } from '../../infra/testbed.ts';
import type { ReadyTarget } from './benchmark.ts';
import { targetDied } from './domains.ts';
import type { RunState } from './state.ts';

/** The error that an owner's doing is. */
function disturbed({ name }: StrangersGuest, what: string): UserError {
  return new UserError(
    `The guest ${name} ${what}: what was measured is not of one guest at work.`,
    {
      advice: 'Ask its owner, and run again.',
    },
  );
}

/**
 * Watches over a guest for as long as its creation of the domains lasts. It is to go on as it is now.
 * @returns what has to be called after each measurement
 */
export async function watchOver(
  run: RunState,
  guest: StrangersGuest,
): Promise<NonNullable<ReadyTarget['demandUndisturbed']>> {
  const watch = await run.make(guest.watch(), (made) => made.stop());
  run.defer(`end the watch over ${guest.name}`, async () => {
    if (!run.lost) await watch.stop();
  });
  let before = await run.wait(watch.look());
  return async ({ ran } = { ran: false }) => {
    const now = await run.wait(watch.look());
    const { state, seconds } = before;
    const isThere = ['paused', 'running', SUSPENDED].includes(now.state);
    if (!isThere) throw await targetDied(run, guest, []);
    if (now.interrupted || now.state === SUSPENDED) {
      throw disturbed(guest, 'was saved, or asked to suspend or to end, in mid-run');
    }
    if (now.state !== state) {
      throw disturbed(
        guest,
        `was ${state} when the run began, and somebody has it ${now.state} now`,
      );
    }
    if (state === 'paused' && !ran && now.seconds !== seconds) {
      throw disturbed(
        guest,
        `was paused, and somebody let it run meanwhile (${(now.seconds - seconds).toFixed(1)} s)`,
      );
    }
    before = now;
  };
}
