/**
 * A small result made by the whole path from plan to store, over the fake testbed: for tests.
 */
import { runToResult } from '../../harness/cli/session.ts';
import type { RawRunOptions } from '../../harness/plan/options.ts';
import { makeSuite } from '../../harness/plan/suite.ts';
import { fakeCodeBase } from '../../harness/run/testing/fake-code-base.ts';
import { type FakeBehaviour, FakeTestbed } from '../../harness/run/testing/fake-testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';

/** Writes a result below `runs` and gives its folder. */
export function sampleResult(
  runs: string,
  raw: RawRunOptions = { bench: ['page-walk'], pages: '40', blocks: '2' },
  behaviour: FakeBehaviour = {},
): Promise<string> {
  return runToResult(makeSuite(raw), {
    newTestbed: async () => new FakeTestbed(behaviour),
    codeBase: fakeCodeBase,
    progress: SILENT,
    signal: new AbortController().signal,
    runs,
  });
}
