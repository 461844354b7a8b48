/**
 * A worker without Xen, as a process that a test can kill.
 *
 *   node --import tsx harness/cli/testing/fake-worker.ts <redis> <testbed> <folder of results> <stage>
 *
 * It dies by SIGKILL at that stage of its testbed (FakeBehaviour.at).
 */
import { QueueConnection } from '../../../infra/queue/connection.ts';
import { serve } from '../../../infra/queue/serve.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import { makeSuite } from '../../plan/suite.ts';
import { fakeCodeBase } from '../../run/testing/fake-code-base.ts';
import { FakeTestbed } from '../../run/testing/fake-testbed.ts';
import { runKept } from '../attempt.ts';
import { release, workerHandler } from '../queue.ts';

const [redis = '', testbed = '', runs = '', fatal] = process.argv.slice(2);
const at = (stage: string) => {
  if (stage === fatal) process.kill(process.pid, 'SIGKILL');
};
const newTestbed = async () => new FakeTestbed({ at });
const handler = workerHandler(await release(), testbed, {}, (raw, id, handling) =>
  runKept(makeSuite(raw), raw, id, { ...handling, newTestbed, codeBase: fakeCodeBase, runs }),
);
await serve(await QueueConnection.open(redis), { testbed, alone: true, leaseMs: 3000 }, handler, {
  progress: SILENT,
  signal: new AbortController().signal,
});
