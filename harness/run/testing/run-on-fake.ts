/** A run on a made-up testbed, and all that a test may ask of it. */
import { expect } from 'vitest';
import type { Progress } from '../../../infra/testbed.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import type { Suite } from '../../plan/suite.ts';
import type { RunOutcome } from '../outcome.ts';
import type { RecordedBatch, RecordedEvents, RecordedEventTotals } from '../recorder.ts';
import { runSuite } from '../run.ts';
import { fakeCodeBase } from './fake-code-base.ts';
import { type FakeBehaviour, FakeTestbed } from './fake-testbed.ts';
import { FORGETFUL } from './forgetful.ts';

/** A run that ended. */
export interface EndedOnFake {
  outcome: RunOutcome;
  testbed: FakeTestbed;
  /** What was recorded: batches of pages, of events, and totals of jobs of events. */
  recorded: RecordedBatch[];
  batches: RecordedEvents[];
  totals: RecordedEventTotals[];
  warnings: string[];
}

/** Runs these plans on a testbed that behaves so. */
export async function runOnFake(
  suite: Suite,
  behaviour: FakeBehaviour = {},
  control = new AbortController(),
): Promise<EndedOnFake> {
  const testbed = new FakeTestbed(behaviour);
  const recorded: RecordedBatch[] = [];
  const batches: RecordedEvents[] = [];
  const totals: RecordedEventTotals[] = [];
  const warnings: string[] = [];
  const progress: Progress = { ...SILENT, warn: (text) => warnings.push(text) };
  const outcome = await runSuite(suite, {
    testbed,
    codeBase: fakeCodeBase,
    recorder: {
      ...FORGETFUL,
      record: async (batch) => void recorded.push(batch),
      recordEvents: async (batch) => void batches.push(batch),
      recordEventTotals: async (entry) => void totals.push(entry),
    },
    progress,
    signal: control.signal,
  });
  return { outcome, testbed, recorded, batches, totals, warnings };
}

/** Nothing of a run is left: no domain, no process, no host. */
export function expectNothingLeft({
  testbed,
  warnings,
}: Pick<EndedOnFake, 'testbed' | 'warnings'>): void {
  expect([...testbed.live].map((domain) => domain.name)).toEqual([]);
  expect(testbed.processes).toBe(0);
  expect(testbed.running).toBe(false);
  expect(warnings).toEqual([]);
}

/** What a run says of its end; empty for a success. */
export function messageOf(outcome: RunOutcome): string {
  if ('error' in outcome) return outcome.error.message;
  return 'reason' in outcome ? outcome.reason : '';
}
