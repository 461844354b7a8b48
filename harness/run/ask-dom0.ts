/** One question to an introspector in Dom0 that lives as long as the answer takes. */
import type { Job } from '../protocol/job.ts';
import type { ProtocolRecord } from '../protocol/records.ts';
import { surroundings } from './arms.ts';
import { openProcess } from './introspector.ts';
import type { RunState } from './state.ts';

/**
 * Asks. @param label names the introspector, for error messages
 * @throws what `Introspector.ask` throws
 */
export async function askDom0(
  run: RunState,
  label: string,
  job: Job,
  take: (record: ProtocolRecord) => void,
): Promise<void> {
  const opened = await run.make(
    openProcess(run.context.testbed, label, surroundings(run)),
    ({ process }) => process.kill(),
  );
  try {
    await opened.introspector.ask(job, take);
  } finally {
    if (!run.isOver) await opened.process.kill();
  }
}
