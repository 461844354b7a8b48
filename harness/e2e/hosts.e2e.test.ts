/**
 * A host with a Xen of its own, by plain ssh. The emulated Dom0 stands in for one: it is reached by an
 * ssh configuration alone, its xenconsoled keeps no logs, and a guest that is not ours lives beside.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { journalsOf } from '../../infra/hosts/journal.ts';
import { placeOf } from '../../infra/hosts/settings.ts';
import { listDomains } from '../../infra/xl/list.ts';
import {
  leftovers,
  ownTemporaryFolder,
  resultsIn,
  summaryIn,
  tinyvmiBench,
} from './command-line.ts';

const NEIGHBOUR = 'neighbour';
const SILENT = { step() {}, detail() {}, done() {}, warn() {} };
/** A run of a few seconds. */
const SHORT = ['--bench', 'page-walk', '--protocol', 'v1', '--pages', '50', '--blocks', '1'];

let temporary: string;
let runs: string;
let hosts: string;
let host: EmulatedTestbed;
let untouched: unknown;
let left: string[];

/** All of the host that a run could change: its domains, and every folder that it may write to. */
async function stateOfHost() {
  const script = 'find /tmp /var /root /etc /images -type f | grep -v "/var/log/xen/xl-" | sort';
  const { stdout } = await host.run(['sh', '-c', script]);
  const domains = (await listDomains(host)).map(({ name, domid, uuid }) => ({ name, domid, uuid }));
  return { files: stdout, domains };
}

/** Arguments that name the host. */
function at(name = 'dom0'): string[] {
  return ['--testbed', name, '--testbeds', hosts];
}

beforeAll(async () => {
  temporary = await ownTemporaryFolder();
  process.env.TINYVMI_STATE = join(temporary, 'state');
  runs = join(temporary, 'runs');
  hosts = join(temporary, 'testbeds.yaml');
  host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  await host.start();
  left = await leftovers();
  const prepare = `
    killall xenconsoled && rm -f /run/xen/xenconsoled.pid && xenconsoled --pid-file=/run/xen/xenconsoled.pid
    printf 'name="${NEIGHBOUR}"\\ntype="pv"\\nkernel="/images/minios.gz"\\nmemory=4\\n' > /root/${NEIGHBOUR}
    exec xl create -q /root/${NEIGHBOUR}`;
  const { exitCode, stderr } = await host.run(['sh', '-c', prepare]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const entry = (name: string, more = '') =>
    `  ${name}:\n    address: ssh:${HOST_ALIAS}\n    ssh-config: ${host.sshConfig}\n    folder: /tmp\n    clock: counted\n${more}`;
  await writeFile(
    hosts,
    `testbeds:\n${entry('dom0')}${entry('narrow', '    limits: { memory-mib: 144 }\n')}`,
  );
  untouched = await stateOfHost();
});

afterEach(async () => {
  expect(await stateOfHost()).toEqual(untouched);
  expect(await journalsOf(placeOf(reach()))).toEqual([]);
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
  await rm(temporary, { recursive: true, force: true });
});

function reach() {
  return { kind: 'ssh' as const, host: HOST_ALIAS, config: host.sshConfig };
}

it('doctor looks and finds what there is', async () => {
  const ended = await tinyvmiBench(['doctor', ...at(), '--json']);
  const { checks } = JSON.parse(ended.stdout) as { checks: { name: string; found: string }[] };
  const found = (name: string) => checks.find((check) => check.name === name)?.found;
  expect(found('machine')).toContain('an emulated processor');
  expect(found('FLASK policy')).toBe('has the module tinyvmi');
  expect(found('consoles')).toBe('xenconsoled runs: read by xl console');
  expect(found('other domains')).toBe(`1: ${NEIGHBOUR}`);
  expect(ended.exitCode).toBe(EXIT_CODES.success);
});

it('a dry run names the commands and runs none', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, '--dry-run']);
  expect(ended.exitCode).toBe(EXIT_CODES.success);
  expect(ended.stdout).toContain("mkdir -m 700 '/tmp/tinyvmi-<id>'");
  expect(ended.stdout).toContain('xl destroy <tv-target>');
});

it('what passes a limit is not begun', async () => {
  const ended = await tinyvmiBench(['run', ...at('narrow'), ...SHORT, '--pages', '100000']);
  expect(ended.exitCode).toBe(EXIT_CODES.usage);
  expect(ended.stderr).toContain("the host's limit is 144 MiB");
});

it('gives a result like the emulated testbed, and says what it is', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  const [folder = ''] = await resultsIn(runs);
  const summary = await summaryIn(join(runs, folder));
  expect(summary.testbed).toMatchObject({ kind: 'ssh', emulated: true, clock: 'counted' });
  expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
  expect(summary.refusals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  await rm(runs, { recursive: true });
});

it('Ctrl-C takes down what the run made', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs], {
    when: 'Measuring',
    act: (pid) => void process.kill(pid, 'SIGINT'),
  });
  expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
  expect(await resultsIn(runs)).toEqual([]);
});

it('a connection that is lost is one clear error, and what the run made is taken down by another', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs], {
    when: 'Measuring',
    act: async (pid) => {
      const { stdout } = await execa('pgrep', ['-P', String(pid), '-f', '^ssh -M']);
      process.kill(Number(stdout.trim()), 'SIGKILL');
    },
  });
  expect(ended.stderr).toContain('The testbed was lost');
  expect(ended.exitCode).toBe(EXIT_CODES.error);
});

it('what a killed run left is removed by clean, and nothing else', async () => {
  const killed = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs], {
    when: 'Measuring',
    act: (pid) => void process.kill(pid, 'SIGKILL'),
  });
  expect(killed.exitCode).toBeUndefined();
  const names = (await listDomains(host)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['tv-target', NEIGHBOUR]));
  const again = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs]);
  expect(again.stderr).toContain('has domains of another run: tv-target');

  const dry = await tinyvmiBench(['clean', ...at(), '--dry-run']);
  expect(dry.stdout).toMatch(/would run: xl destroy \d+\n/);
  expect((await listDomains(host)).map(({ name }) => name)).toEqual(names);
  const cleaned = await tinyvmiBench(['clean', ...at()]);
  expect(cleaned.stdout).toContain('removed the domain tv-target');
  expect(cleaned.exitCode).toBe(EXIT_CODES.success);
  await tinyvmiBench(['clean', '--out', runs]);
  expect(await leftovers()).toEqual(left);
  expect(await resultsIn(runs)).toEqual([]);
});
