/**
 * Answers of an introspector that was given all of its jobs at once: read and checked afterwards.
 */
import type { PageState } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import type { PageWalkPlan, Passes } from '../../plan/page-walk/plan.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import type { Hello, ProtocolRecord } from '../../protocol/records.ts';
import { RecordStream } from '../../protocol/stream.ts';
import { INTROSPECTOR_LABELS } from '../introspector.ts';
import type { ReadTarget } from './ask.ts';
import { checkBatch, PageWalkAnswer } from './verify.ts';

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Records of jobs 1 to `jobs`. @throws ProtocolError when anything is missing */
export async function answersIn(output: string, jobs: number): Promise<ProtocolRecord[][]> {
  const stream = new RecordStream(bytesOf(output));
  const answers: ProtocolRecord[][] = [];
  for (let seq = 1; seq <= jobs; seq++) {
    const records: ProtocolRecord[] = [];
    for await (const record of stream.job(seq)) records.push(record);
    answers.push(records);
  }
  return answers;
}

/**
 * Checks the answer to a job of pages.
 * @throws UserError `failure` for a wrong answer, `error` for one that says why there is none
 */
export async function checkRecords(
  plan: PageWalkPlan,
  job: PlannedJob<PageState>,
  passes: Passes,
  { region }: ReadTarget,
  records: readonly ProtocolRecord[],
): Promise<Hello> {
  const answer = new PageWalkAnswer(passes, async (index, batch, samples) =>
    checkBatch(plan, passes, job, region, index, batch, samples),
  );
  for (const record of records) {
    if (record.type === 'E' && record.status === 'error') {
      throw new UserError(`${INTROSPECTOR_LABELS[job.arm]} read no pages: ${record.message}`);
    }
    if (record.type !== 'E') await answer.add(record);
  }
  return answer.end();
}
