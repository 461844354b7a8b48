/**
 * `tinyvmi-bench worker`: measures on one testbed what others submit to a queue.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { cleanLeftovers } from '../../../infra/index.ts';
import { QueueConnection } from '../../../infra/queue/connection.ts';
import { serve } from '../../../infra/queue/serve.ts';
import { EMULATED } from '../../../infra/testbed.ts';
import { removeAbandoned } from '../../../results/store/partial.ts';
import { testbedsOf } from '../../fleet/testbeds.ts';
import { usage } from '../../plan/values.ts';
import { attemptRun } from '../attempt.ts';
import { choosePlace } from '../place.ts';
import { type Allowed, release, workerHandler } from '../queue.ts';
import type { CommandContext } from './context.ts';

/** Options of `worker`, as they are written. */
export interface WorkerOptions extends Allowed {
  queue: string;
  testbed?: string;
  testbeds?: string;
  out: string;
}

/** Serves until Ctrl-C. @returns the exit code */
export async function workerCommand(
  { queue, testbeds, out, testbed: text, ...allowed }: WorkerOptions,
  { progress, signal }: CommandContext,
): Promise<number> {
  const [testbed = EMULATED, other] = testbedsOf(text);
  if (other !== undefined) {
    throw usage('A worker serves one testbed.', 'Start one for each.');
  }
  const file = testbeds === undefined ? {} : { testbeds };
  const { place } = await choosePlace({ testbed, ...file });
  const connection = await QueueConnection.open(queue);
  try {
    for (const what of [...(await cleanLeftovers()), ...(await removeAbandoned(out))]) {
      progress.done(`removed ${what}, which an ended run left`);
    }
    const ours = await release();
    const handle = workerHandler(ours, testbed, allowed, (raw, id, handling) =>
      attemptRun({ ...raw, ...file }, id, { ...handling, runs: out }),
    );
    connection.watch(progress, signal);
    progress.done(`serving ${testbed} from ${connection.shown} with tinyvmi-bench ${ours}`);
    await serve(connection, { testbed, alone: place.kind !== EMULATED }, handle, {
      progress,
      signal,
    });
  } finally {
    await connection.close();
  }
  return EXIT_CODES.success;
}
