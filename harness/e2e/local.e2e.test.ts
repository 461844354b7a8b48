/**
 * `--testbed local` for real: the command line inside the emulated Dom0, with Node, without a compiler,
 * without Debian's package tools, and with the images that were brought.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { State } from '../../bench/words.ts';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { quoteAll } from '../../infra/ssh/quote.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import type { Summary } from '../../results/types.ts';
import { tinyvmiBench } from './command-line.ts';
import { SHORT } from './emulated-host.ts';
import { suiteForDom0 } from './inside-dom0.ts';
import { hostEntry } from './plain-host.ts';
import { median, onlyResultIn, summaryIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

/** Half of it is its file system: Node with its libraries is 134 MB of Debian testing's, and images are 108. */
const DOM0_MEMORY_MIB = 1536;
const HOST_MEMORY_MIB = 2560;
const OUT = '/root/runs';
/** Where a command on the terminal leaves its process id. */
const SHELL = '/tmp/shell';
/** Instructions: the machine counts them, whoever asks. */
const RUN = ['run', '--testbed', 'local', '--clock', 'counted', ...SHORT, '--out', OUT];

const STATES: readonly State[] = ['cold', 'tables', 'warm', 'batch'];

const { folder, runs } = useWorkspace();
let host: EmulatedTestbed;
let untouched: unknown;

/** All that a run could leave: files, processes, domains, journals. */
async function stateOfDom0() {
  const script = `
find /tmp /var /root /etc /images /opt -type f | grep -v -e /var/log/xen/xl- -e ^${OUT}/ | sort
for process in /proc/[0-9]*; do tr '\\0' ' ' < $process/cmdline; done | grep -c -e node -e tinyvmi -e xenstore-watch
xl list | awk '{ print $1 }'
xenstore-ls -f /local/domain
`;
  return (await host.run(['sh', '-c', script])).stdout;
}

/** Runs the command in Dom0's shell. @param sh put before it */
const inside = (argv: readonly string[], sh = '') =>
  host.run(['sh', '-c', `cd /root; ${sh} exec /opt/bin/tinyvmi-bench ${quoteAll(argv)}`]);

/** The same on a terminal of Dom0, whose keys are ours. */
function onTerminal(argv: readonly string[], onMeasuring: (type: (keys: string) => void) => void) {
  const child = execa(
    'ssh',
    [
      '-tt',
      '-F',
      host.sshConfig,
      HOST_ALIAS,
      `cd /root; echo $$ > ${SHELL}; exec /opt/bin/tinyvmi-bench ${quoteAll(argv)}`,
    ],
    { reject: false, stdin: 'pipe', all: true },
  );
  let said = '';
  child.all.on('data', (bytes: Buffer) => {
    const before = said.includes('Measuring');
    said += bytes.toString();
    if (!before && said.includes('Measuring')) onMeasuring((keys) => child.stdin.write(keys));
  });
  return child;
}

beforeAll(async () => {
  const { archive, sizes } = await suiteForDom0();
  console.log('brought into Dom0, in MB:', inMegabytes(sizes));
  host = new EmulatedTestbed(
    {
      clock: 'counted',
      start: 'cold',
      memoryMiB: HOST_MEMORY_MIB,
      dom0MemoryMiB: DOM0_MEMORY_MIB,
      dom0Archive: archive,
    },
    SILENT,
  );
  await host.start();
  untouched = await stateOfDom0();
});

function inMegabytes(sizes: Record<string, number>) {
  return Object.fromEntries(
    Object.entries(sizes).map(([name, bytes]) => [name, Math.round(bytes / 1e5) / 10]),
  );
}

afterEach(async () => {
  await host.run(['rm', '-f', SHELL]);
  expect(await stateOfDom0()).toEqual(untouched);
});

afterAll(async () => {
  await host.stop();
});

/** The summary of a run that reaches this Dom0 by ssh. */
async function fromOutside(): Promise<Summary> {
  process.env.TINYVMI_STATE = join(folder, 'state');
  const hosts = join(folder, 'testbeds.yaml');
  await writeFile(hosts, `testbeds:\n${hostEntry(host, 'dom0')}`);
  const at = ['--testbed', 'dom0', '--testbeds', hosts, '--out', runs];
  const ended = await tinyvmiBench(['run', ...at, ...SHORT]);
  delete process.env.TINYVMI_STATE;
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  return summaryIn(await onlyResultIn(runs));
}

it('doctor finds what a run needs, in a Dom0 that can build nothing', async () => {
  expect((await host.run(['sh', '-c', 'command -v gcc dpkg-query apt-get'])).stdout).toBe('');
  const { exitCode, stdout, stderr } = await inside(['doctor', '--testbed', 'local', '--json']);
  expect(exitCode, stdout + stderr).toBe(EXIT_CODES.success);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; found: string }[] };
  const found = Object.fromEntries(checks.map(({ name, found }) => [name, found]));
  expect(found).toMatchObject({
    machine: expect.stringContaining('an emulated processor'),
    'FLASK policy': 'has the module tinyvmi',
    images: 'in /opt/cache',
    children: 'setpriv ties what a run starts to it',
    'other domains': 'none',
  });
});

it('a run measures what a run from outside does, and proves the refusals', async () => {
  const { exitCode, stdout, stderr } = await inside([...RUN, '--json']);
  expect(exitCode, stderr).toBe(EXIT_CODES.success);
  const { summary } = JSON.parse(stdout) as { summary: Summary };
  expect(summary.testbed).toMatchObject({ kind: 'local', emulated: true, clock: 'counted' });
  expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual([
    ['dom0', true],
    ['minios', true],
  ]);
  expect(summary.refusals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  // The same boot from outside: what Dom0 pays for a page depends on where its memory lies (docs/emulated-host.md).
  const reference = await fromOutside();
  for (const arm of ['dom0', 'minios'] as const) {
    const [own, outside] = [summary, reference].map((of) =>
      STATES.map((state) => median(of, arm, state)),
    );
    console.log(`medians of ${arm} in instructions:`, { inside: own, outside });
    for (const [index, value] of (own as number[]).entries()) {
      const expected = outside?.[index] as number;
      expect(Math.abs(value / expected - 1), `${arm}, ${STATES[index]}`).toBeLessThan(0.02);
    }
  }
});

it('Ctrl-C on its terminal takes down what the run made', async () => {
  const ended = await onTerminal(RUN, (type) => type('\x03'));
  expect(ended.exitCode, String(ended.all)).toBe(EXIT_CODES.interrupted);
  expect(ended.all).toContain('Interrupted');
});

it('what a killed run left is undone by clean', async () => {
  const ended = await onTerminal([...RUN, '--tune'], () => {
    void host.run(['sh', '-c', `kill -KILL $(cat ${SHELL})`]);
  });
  expect(ended.exitCode).not.toBe(EXIT_CODES.success);
  expect((await host.run(['xl', 'list', 'tv-target'])).exitCode).toBe(0);
  expect((await host.run(['xl', 'sched-credit2', '-s'])).stdout).toContain('ratelimit=0us');
  const cleaned = await inside(['clean', '--testbed', 'local']);
  expect(cleaned.stdout).toContain('removed the domain tv-target');
  expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
  expect((await host.run(['xl', 'sched-credit2', '-s'])).stdout).toContain('ratelimit=1000us');
  await host.run(['rm', '-rf', OUT]);
});
