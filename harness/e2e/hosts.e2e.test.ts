/**
 * A host with a Xen of its own, by plain ssh. The emulated Dom0 stands in for one: it is reached by an
 * ssh configuration alone, its xenconsoled keeps no logs, and a guest that is not ours lives beside.
 */
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { journalsOf } from '../../infra/hosts/journal.ts';
import { lookAtTuning } from '../../infra/hosts/quiet.ts';
import { placeOf } from '../../infra/hosts/settings.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { testTools } from '../../infra/testing/tools.ts';
import { listDomains } from '../../infra/xl/list.ts';
import { readResult } from '../../results/store/reader.ts';
import { tinyvmiBench } from './command-line.ts';
import { FEW_PAGES, SHORT } from './emulated-host.ts';
import { hostEntry, SCHEDULER, stateOf } from './plain-host.ts';
import { readOnlyResult, resultsIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const NEIGHBOUR = 'neighbour';
const NEIGHBOUR_MIB = 128;
/**
 * Frame of the page that the neighbour shares with Xen, which keeps time in it: Linux takes the first
 * page after the 64 KiB that it reserves.
 */
const SHARED_INFO = '10';

/**
 * Makes the guest that is not ours, and waits until its Linux is up, while xenconsoled keeps logs; then
 * its owner pauses it, for it would take its part of the one processor.
 */
const PREPARE = `
set -e
chmod 755 /root/guest-memory
cat > /root/${NEIGHBOUR} <<config
name = "${NEIGHBOUR}"
type = "pvh"
kernel = "/images/vmlinux"
ramdisk = "/images/target-initramfs"
cmdline = "console=hvc0 quiet cryptomgr.notests=1"
memory = ${NEIGHBOUR_MIB}
seclabel = "system_u:system_r:target_t"
config
xl create -q -e /root/${NEIGHBOUR}
log=/var/log/xen/console/guest-${NEIGHBOUR}.log
until grep -q "TARGET ready" $log; do sleep 1; done
grep -o "TARGET digest .*" $log
xl pause ${NEIGHBOUR}
killall xenconsoled
rm -f /run/xen/xenconsoled.pid $log
xenconsoled --pid-file=/run/xen/xenconsoled.pid
`;

const { folder, runs } = useWorkspace();
const hosts = join(folder, 'testbeds.yaml');
let host: EmulatedTestbed;
let untouched: unknown;
let left: string[];
/** What the neighbour says of its own memory, as its console had it. */
let said: string;

/** Digests of all pages of the neighbour's memory, which is not to run meanwhile. */
async function memoryOfNeighbour(): Promise<string[]> {
  const script = `/root/guest-memory $(xl domid ${NEIGHBOUR}) ${NEIGHBOUR_MIB}`;
  const { stdout, stderr } = await host.run(['sh', '-c', script]);
  const pages = stdout.trim().split('\n');
  // A few frames below 1 MiB are none.
  expect(pages.length, stderr).toBeGreaterThan(NEIGHBOUR_MIB * 256 - 256);
  return pages;
}

/** The time from which `xl uptime` counts, and the seconds that the neighbour's vcpu has run. */
async function lifeOfNeighbour() {
  const script = `xenstore-read $(xenstore-read /local/domain/$(xl domid ${NEIGHBOUR})/vm)/start_time; xl list ${NEIGHBOUR} | tail -n 1`;
  const { stdout, stderr } = await host.run(['sh', '-c', script]);
  const [started = '', row = ''] = stdout.trim().split('\n');
  const life = { started: Number(started), ran: Number(row.trim().split(/\s+/).at(-1)) };
  expect(life.started, stderr).toBeGreaterThan(0);
  expect(life.ran, row).toBeGreaterThan(0);
  return life;
}

/** Arguments that name the host. */
function at(name = 'dom0'): string[] {
  return ['--testbed', name, '--testbeds', hosts];
}

beforeAll(async () => {
  process.env.TINYVMI_STATE = join(folder, 'state');
  host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  await host.start();
  left = await leftovers();
  const reader = fileURLToPath(new URL('guest-memory.c', import.meta.url));
  const program = join(folder, 'guest-memory');
  await copyFile(reader, `${program}.c`);
  const args = ['-O2', '-o', program, `${program}.c`, '-lxenforeignmemory'];
  await (await testTools()).run('gcc', args, { folders: [folder] });
  await host.put(program, '/root/guest-memory');
  const { exitCode, stdout, stderr } = await host.run(['sh', '-c', PREPARE]);
  said = stdout;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await writeFile(
    hosts,
    `testbeds:\n${hostEntry(host, 'dom0')}${hostEntry(host, 'narrow', '    limits: { memory-mib: 144 }\n')}  dead:\n    address: ssh:root@127.0.0.1:1\n`,
  );
  untouched = await stateOf(host);
});

afterEach(async () => {
  expect(await stateOf(host)).toEqual(untouched);
  expect(await journalsOf(placeOf(reach()))).toEqual([]);
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
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
  expect(found('HVM guests')).toBe(
    'Dom0 lacks hvmloader (/usr/lib/xen-4.17/boot/hvmloader) and a device model (/usr/libexec/xen-qemu-system-i386)',
  );
  expect(found('other domains')).toBe(`1: ${NEIGHBOUR}`);
  expect(found('settings')).toContain(`${SCHEDULER}'s rate limit 1000 us`);
  expect(found('settings')).toMatch(/frequency not available: xenpm says: \S/);
  expect(ended.exitCode).toBe(EXIT_CODES.success);
});

it('a dry run names the commands and runs none', async () => {
  const dry = ['--bench', 'boot', '--tune', '--dry-run'];
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, ...dry]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  expect(ended.stdout).not.toContain('tv-own-linux');
  expect(ended.stdout).toContain("mkdir -m 700 '/tmp/tinyvmi-<id>'");
  expect(ended.stdout).toContain('xl destroy <tv-target>');
  expect(ended.stdout).toMatch(/xl sched-credit2 -s -r 0\n[\s\S]*xl sched-credit2 -s -r 1000\n/);
});

it('what the host has no device model for is skipped, and not begun', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, '--target', 'hvm', '--out', runs]);
  expect(ended.exitCode).toBe(EXIT_CODES.skipped);
  const said = `${ended.stdout}${ended.stderr}`.replace(/\s+/g, ' ');
  expect(said).toContain('cannot make an HVM guest: Dom0 lacks hvmloader');
  await rm(runs, { recursive: true, force: true });
});

it('what passes a limit is not begun', async () => {
  const ended = await tinyvmiBench(['run', ...at('narrow'), ...SHORT, '--pages', '100000']);
  expect(ended.exitCode).toBe(EXIT_CODES.usage);
  expect(ended.stderr).toContain("the host's limit is 144 MiB");
});

it('gives a result like the emulated testbed, and says what it is', async () => {
  const unable = ['anatomy', 'code-size', 'boot', 'footprint'];
  const others = unable.flatMap((name) => ['--bench', name]);
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, ...others, '--tune', '--out', runs]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  expect(ended.stderr).toContain('frequency is left as it is: not available (xenpm says: ');
  const { summary, manifest } = await readOnlyResult(runs);
  expect(manifest.testbed?.facts).toMatchObject({
    tuned: 'yes',
    settings: expect.stringContaining('rate limit 0 us'),
    noise: expect.stringContaining(`other domains ran`),
  });
  expect(summary.testbed).toMatchObject({ kind: 'ssh', emulated: true, clock: 'counted' });
  const skipped = summary.skipped.map(({ what }) => what);
  expect(skipped).toEqual(expect.arrayContaining(unable.map((name) => `benchmark ${name}`)));
  expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
  expect(summary.refusals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  await rm(runs, { recursive: true });
});

it('reads a guest that is not ours, and leaves it as it was', async () => {
  const before = await lifeOfNeighbour();
  await host.run(['xl', 'unpause', NEIGHBOUR]);
  const guest = ['--target', NEIGHBOUR, '--allow-pause', '--state', 'tables'];
  const ended = await tinyvmiBench(['run', ...at(), ...SHORT, ...guest, '--out', runs]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  const running = (await listDomains(host)).find(({ name }) => name === NEIGHBOUR);
  expect(running?.state).toBe('running');
  await host.run(['xl', 'pause', NEIGHBOUR]);
  const { started, ran } = await lifeOfNeighbour();
  expect(started).toBe(before.started);
  expect(ran).toBeGreaterThan(before.ran);
  const { summary, manifest } = await readOnlyResult(runs);
  expect(manifest.region).toMatchObject({ pages: 50, pageSize: '2m', kind: 'kernel' });
  expect(manifest.domains.map(({ name }) => name)).not.toContain('tv-target');
  expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual([
    ['dom0', true],
    ['minios', true],
  ]);
  await rm(runs, { recursive: true });
});

it('reads a process of a guest that its owner paused, whose memory and uptime are the same after', async () => {
  const before = { memory: await memoryOfNeighbour(), life: await lifeOfNeighbour() };
  const guest = ['--target', NEIGHBOUR, '--region', 'process', '--pages', '500'];
  const ended = await tinyvmiBench([
    'run',
    ...at(),
    ...SHORT,
    ...guest,
    '--state',
    'tables',
    '--out',
    runs,
  ]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  const after = { memory: await memoryOfNeighbour(), life: await lifeOfNeighbour() };
  const changed = after.memory.filter((page, i) => page !== before.memory[i]);
  expect(after.memory.length).toBe(before.memory.length);
  expect(changed.filter((page) => !page.startsWith(`${SHARED_INFO} `))).toEqual([]);
  expect(after.life).toEqual(before.life);
  const { summary, manifest } = await readOnlyResult(runs);
  expect(manifest.region).toEqual({
    ...{ base: '0x5a0000000000', pages: 500, pageSize: '4k', batch: 500, kind: 'process' },
  });
  expect(summary.warnings.join()).toContain('the process that vcpu 0 was in');
  const [, own = 'nothing'] = /pages=500 digest=([0-9a-f]{16})/.exec(said) ?? [];
  const read = { digest: own, agrees: true };
  expect(summary.digests).toMatchObject([
    { arm: 'dom0', ...read },
    { arm: 'minios', ...read },
  ]);
  await rm(runs, { recursive: true });
});

it('measures side by side: a host that fails is tried again, and stops no other', async () => {
  const several = ['--testbed', 'dom0,emulated,dead', '--testbeds', hosts, '--json'];
  const ended = await tinyvmiBench(['run', ...several, ...FEW_PAGES, '--out', runs]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.error);
  const { status, testbeds, comparison } = JSON.parse(ended.stdout);
  expect(status).toBe('error');
  expect(testbeds).toMatchObject([
    { testbed: 'dom0', status: 'success', tries: 1 },
    { testbed: 'emulated', status: 'success', tries: 1 },
    { testbed: 'dead', status: 'error', tries: 2, folder: null },
  ]);
  expect(ended.stderr).toContain('dead: warning: try 1 of 2 failed');
  const kinds = (await resultsIn(runs)).map(
    async (name) => (await readResult(join(runs, name))).summary.testbed.kind,
  );
  expect((await Promise.all(kinds)).sort()).toEqual(['emulated', 'ssh']);
  const page = await readFile(comparison.html[0], 'utf8');
  expect(page).toContain('testbed: ssh in');
  await rm(dirname(comparison.html[0]), { recursive: true });
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
  const killed = await tinyvmiBench(['run', ...at(), ...SHORT, '--tune', '--out', runs], {
    when: 'Measuring',
    act: (pid) => void process.kill(pid, 'SIGKILL'),
  });
  expect(killed.exitCode).toBeUndefined();
  const names = (await listDomains(host)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['tv-target', NEIGHBOUR]));
  const tuned = { of: 'ratelimit', scheduler: SCHEDULER, microseconds: 0 };
  expect((await lookAtTuning(host, SCHEDULER)).settings).toContainEqual(tuned);
  const again = await tinyvmiBench(['run', ...at(), ...SHORT, '--out', runs]);
  expect(again.stderr).toContain('has domains of another run: tv-target');

  const dry = await tinyvmiBench(['clean', ...at(), '--dry-run']);
  expect(dry.stdout).toMatch(/would run: xl destroy \d+\n/);
  expect(dry.stdout).toContain('would run: xl sched-credit2 -s -r 1000\n');
  expect((await listDomains(host)).map(({ name }) => name)).toEqual(names);
  const cleaned = await tinyvmiBench(['clean', ...at()]);
  expect(cleaned.stdout).toContain('removed the domain tv-target');
  expect(cleaned.exitCode).toBe(EXIT_CODES.success);
  await tinyvmiBench(['clean', '--out', runs]);
  expect(left).toEqual(expect.arrayContaining(await leftovers()));
  expect(await resultsIn(runs)).toEqual([]);
});
