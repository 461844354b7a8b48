/**
 * A quiet host: what --tune pins and sets for a run, on an emulated host of two CPUs that is reached by
 * ssh alone, and how the host is set afterwards.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOST_ALIAS } from '../../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../../infra/errors.ts';
import { lookAtTuning, type Tuning } from '../../../infra/hosts/quiet.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import { tinyvmiBench } from '../command-line.ts';
import { readOnlyResult } from '../results.ts';
import { useWorkspace } from '../workspace.ts';

const SCHEDULER = 'credit2';

const { folder, runs } = useWorkspace();
const hosts = join(folder, 'testbeds.yaml');
let host: EmulatedTestbed;

/** CPUs that the vcpu of each domain may run on, by the domain's name. */
async function affinities(): Promise<Record<string, string>> {
  const { stdout } = await host.run(['xl', 'vcpu-list']);
  const rows = stdout.split('\n').slice(1);
  return Object.fromEntries(
    rows.map((row) => row.split(/\s+/)).map(([name = '', , , , , , hard = '']) => [name, hard]),
  );
}

beforeAll(async () => {
  process.env.TINYVMI_STATE = join(folder, 'state');
  host = new EmulatedTestbed({ clock: 'wall', cpus: 2, memoryMiB: 2048, start: 'cold' }, SILENT);
  await host.start();
  await writeFile(
    hosts,
    `testbeds:\n  dom0:\n    address: ssh:${HOST_ALIAS}\n    ssh-config: ${host.sshConfig}\n    folder: /tmp\n`,
  );
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
});

it('keeps Dom0, target and introspector off each other for a run, and no longer', async () => {
  const before = await lookAtTuning(host, SCHEDULER);
  expect(before.cpus).toEqual([0, 1]);
  const anywhere = { of: 'affinity', hard: 'all' };
  expect(before.settings.filter(({ of }) => of === 'affinity')).toMatchObject([anywhere, anywhere]);

  let meanwhile: { tuning: Tuning; pinned: Record<string, string> } | undefined;
  const short = ['--bench', 'page-walk', '--protocol', 'v1', '--blocks', '1'];
  const ended = await tinyvmiBench(
    ['run', '--testbed', 'dom0', '--testbeds', hosts, ...short, '--tune', '--out', runs],
    {
      when: 'Measuring',
      act: async () => {
        meanwhile = {
          tuning: await lookAtTuning(host, SCHEDULER),
          pinned: await affinities(),
        };
      },
    },
  );
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  expect(meanwhile?.tuning.settings).toMatchObject([
    { of: 'affinity', vcpu: 0, hard: '0' },
    { of: 'affinity', vcpu: 1, hard: '0' },
    { of: 'ratelimit', microseconds: 0 },
  ]);
  const ours = Object.entries(meanwhile?.pinned ?? {}).filter(([name]) => name.startsWith('tv-'));
  expect(ours.map(([name]) => name)).toContain('tv-target');
  expect(new Set(ours.map(([, hard]) => hard))).toEqual(new Set(['1']));
  expect(await lookAtTuning(host, SCHEDULER)).toEqual(before);

  const { manifest, summary } = await readOnlyResult(runs);
  expect(manifest.testbed?.facts).toMatchObject({
    tuned: 'yes',
    noise: expect.stringContaining('other domains ran'),
  });
  expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
});
