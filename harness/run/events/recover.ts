/**
 * A target whose introspector died, or was ended, with events enabled: its vcpus wait for answers
 * that nobody gives. The workload `events-off` takes the events off and lets them go on.
 */
import type { EventKind } from '../../../bench/events/index.ts';
import type { Guest, Testbed } from '../../../infra/testbed.ts';
import { openProcess } from '../introspector.ts';

/** How long taking events off may take without a sign of life. */
const SILENCE_MS = 15_000;

/**
 * Takes all events off a target, from Dom0.
 * @param kind kind that was being listened to: a vcpu that waits inside a CPUID is moved past it, one
 *   that waits after a write makes it again
 * @throws UserError when it cannot be done
 */
export async function takeEventsOff(
  testbed: Testbed,
  target: Guest,
  kind: EventKind,
): Promise<void> {
  const { introspector, process } = await openProcess(testbed, 'The introspector that cleans up', {
    silenceMs: SILENCE_MS,
    signal: new AbortController().signal,
  });
  try {
    const { domid, type } = target;
    await introspector.ask({ workload: 'events-off', domid, type, kind }, () => {});
  } finally {
    await process.kill();
  }
}
