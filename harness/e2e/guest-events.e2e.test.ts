/**
 * Events of a guest that is not ours and that nobody prepared: a Linux whose shell starts one program
 * after the other, on the emulated Dom0 as a plain ssh host; one of its vcpus has never been brought up.
 * It has to be the same afterwards, and to go on, whatever becomes of those who listened.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { journalsOf } from '../../infra/hosts/journal.ts';
import { placeOf } from '../../infra/hosts/settings.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { listDomains } from '../../infra/xl/list.ts';
import { tinyvmiBench } from './command-line.ts';
import { hostEntry, stateOf } from './plain-host.ts';
import { median, readOnlyResult, resultsIn } from './results.ts';
import { makingGuest } from './working-guest.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const WEB = 'web';
/** What a run is asked for. */
const LISTEN = ['--target', WEB, '--bench', 'events', '--allow-events', '--blocks', '1'];

const { folder, runs } = useWorkspace();
const hosts = join(folder, 'testbeds.yaml');
let host: EmulatedTestbed;
let untouched: unknown;
let left: string[];

/** Arguments that name the host. */
function at(): string[] {
  return ['--testbed', 'dom0', '--testbeds', hosts];
}

function reach() {
  return { kind: 'ssh' as const, host: HOST_ALIAS, config: host.sshConfig };
}

/** How far the guest is: turns that it has done, its own uptime, and the time that it ran by Xen's account. */
interface Progress {
  turns: number;
  uptime: number;
  seconds: number;
}

async function progress(): Promise<Progress> {
  const log = `/var/log/xen/console/guest-${WEB}.log`;
  const { stdout } = await host.run(['sh', '-c', `grep -a ALIVE ${log} | tail -n 1`]);
  const [, turns, uptime] = /ALIVE (\d+) ([\d.]+)/.exec(stdout) ?? [];
  const { seconds } = await accountOfXen();
  return { turns: Number(turns), uptime: Number(uptime), seconds };
}

/** Memory and time of the guest as Xen has them. */
async function accountOfXen(): Promise<{ memory: number; seconds: number }> {
  const { stdout } = await host.run(['xl', 'list', WEB]);
  const line = (stdout.split('\n')[1] ?? '').trim().split(/\s+/);
  return { memory: Number(line[2]), seconds: Number(line.at(-1)) };
}

/** The guest goes on from here: what it did before counts for nothing. */
async function expectToGoOn({ uptime }: Progress): Promise<void> {
  const from = await progress();
  expect(from.uptime).toBeGreaterThanOrEqual(uptime);
  let now = from;
  const goesOn = () => now.turns > from.turns + 40 && now.seconds > from.seconds;
  for (let look = 0; look < 120 && !goesOn(); look++) {
    await sleep(500);
    now = await progress();
  }
  expect(now.turns).toBeGreaterThan(from.turns + 40);
  expect(now.seconds).toBeGreaterThan(from.seconds);
  expect(now.uptime).toBeGreaterThan(from.uptime);
}

/** The guest is the same one, whole, and goes on. */
async function expectUnharmed(before: Progress): Promise<void> {
  await expectToGoOn(before);
  expect((await accountOfXen()).memory).toBe(128);
  const { stdout } = await host.run([
    'sh',
    '-c',
    `grep -ac 'Linux version\\|Oops\\|BUG\\|segfault' /var/log/xen/console/guest-${WEB}.log`,
  ]);
  expect(stdout.trim()).toBe('0');
  expect(await stateOf(host)).toEqual(untouched);
  expect(await journalsOf(placeOf(reach()))).toEqual([]);
}

beforeAll(async () => {
  process.env.TINYVMI_STATE = join(folder, 'state');
  host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  await host.start();
  left = await leftovers();
  const { exitCode, stderr } = await host.run([
    'sh',
    '-c',
    makingGuest({ name: WEB, vcpus: 1, maxvcpus: 2 }),
  ]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await writeFile(hosts, `testbeds:\n${hostEntry(host, 'dom0')}`);
  untouched = await stateOf(host);
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
});

it('is refused unless it is allowed', async () => {
  const before = await progress();
  const ended = await tinyvmiBench(['run', ...at(), '--target', WEB, '--bench', 'events']);
  expect(ended.exitCode).toBe(EXIT_CODES.usage);
  expect(ended.stderr).toContain('benchmark events does more than that');
  expect(ended.stderr).toContain('--allow-events');
  await expectUnharmed(before);
});

it('a dry run names what is made in the guest, and what takes it away', async () => {
  const ended = await tinyvmiBench(['run', ...at(), ...LISTEN, '--state', 'cpuid', '--dry-run']);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  expect(ended.stdout).toContain("listen to <web>: Xen's ring of events is made in it");
  expect(ended.stdout).toMatch(/tinyvmi-introspector' events-off '<web>' '<type>' cpuid/);
  expect(ended.stdout).not.toContain('xl pause');
});

it('is measured from both arms, and is the same afterwards', async () => {
  const before = await progress();
  const asked = ['--state', 'cr3-write,cpuid,debug', '--events', '20', '--out', runs];
  const ended = await tinyvmiBench(['run', ...at(), ...LISTEN, ...asked]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  const { summary, manifest } = await readOnlyResult(runs);
  expect(summary.benchmarks).toEqual(['guest-events']);
  expect(summary.events?.map(({ arm, state }) => `${arm} ${state}`).sort()).toEqual([
    'dom0 cpuid',
    'dom0 cr3-write',
    'minios cpuid',
    'minios cr3-write',
  ]);
  for (const entry of summary.events ?? []) {
    expect(entry.events).toBeGreaterThan(20);
    expect(entry.responses).toBe(entry.requests);
    expect(entry).toMatchObject({ executed: null, lost: null, errors: null });
    const handler = median(summary, entry.arm, entry.state, 'handler');
    expect(handler).toBeGreaterThan(0);
    expect(median(summary, entry.arm, entry.state, 'apart')).toBeGreaterThan(handler);
  }
  const reasons = summary.skipped.map(({ what, reason }) => `${what}: ${reason}`).join('\n');
  expect(reasons).toContain('debug events of web, arm minios: web made no debug event within');
  expect(summary.warnings.join()).toContain('the round trip of its events');
  expect(manifest.command).toContain('--target web');
  expect(manifest.command).toContain('--allow-events');
  expect(manifest.domains.map(({ name }) => name)).not.toContain('tv-event-target');
  await rm(runs, { recursive: true });
  await expectUnharmed(before);
});

it('what it never does is a skip', async () => {
  const asked = ['--state', 'debug', '--arm', 'dom0', '--no-report', '--out', runs];
  const ended = await tinyvmiBench(['run', ...at(), ...LISTEN, ...asked]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.skipped);
  expect(ended.stdout + ended.stderr).toContain('web made no debug event within');
  await rm(runs, { recursive: true });
});

it('Ctrl-C while it is listened to lets it go on', async () => {
  const before = await progress();
  const asked = ['--state', 'cpuid', '--events', '4096', '--repeat', '100', '--out', runs];
  const ended = await tinyvmiBench(['run', ...at(), ...LISTEN, ...asked], {
    when: 'Listening to',
    act: async (pid) => {
      await listening();
      process.kill(pid, 'SIGINT');
    },
  });
  expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
  await expectUnharmed(before);
});

/** Waits until the journal says that the guest is listened to, and some time more. */
async function listening(): Promise<void> {
  for (;;) {
    const [found] = await journalsOf(placeOf(reach()));
    if (found?.record.entries.some(({ kind }) => kind === 'events')) break;
    await sleep(100);
  }
  await sleep(3000);
}

it.each([
  ['dom0', 'cpuid'],
  ['minios', 'cr3-write'],
])('a run that is killed while %s listens to %s leaves the guest to clean', async (arm, kind) => {
  const before = await progress();
  const asked = ['--state', kind, '--arm', arm, '--events', '4096', '--repeat', '100'];
  const killed = await tinyvmiBench(['run', ...at(), ...LISTEN, ...asked, '--out', runs], {
    when: 'Listening to',
    act: async (pid) => {
      await listening();
      process.kill(pid, 'SIGKILL');
      await host.run(['killall', '-KILL', 'tinyvmi-introspector']);
    },
  });
  expect(killed.exitCode, killed.stderr).toBeUndefined();
  const names = (await listDomains(host)).map(({ name }) => name);
  expect(names).toContain('tv-event-introspector');

  const dry = await tinyvmiBench(['clean', ...at(), '--dry-run']);
  expect(dry.exitCode, dry.stderr).toBe(EXIT_CODES.success);
  expect(dry.stdout).toMatch(new RegExp(`tinyvmi-introspector events-off \\d+ pvh ${kind}\n`));
  const cleaned = await tinyvmiBench(['clean', ...at()]);
  expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
  const lines = cleaned.stdout.split('\n');
  const place = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(place(`what listened to ${kind} events of web`)).toBeGreaterThan(
    place('the domain tv-event-introspector'),
  );
  expect(place('the folder /tmp/tinyvmi-')).toBeGreaterThan(place(`what listened to ${kind}`));
  await tinyvmiBench(['clean', '--out', runs]);
  expect(left).toEqual(expect.arrayContaining(await leftovers()));
  expect(await resultsIn(runs)).toEqual([]);
  await expectUnharmed(before);

  const again = ['--state', kind, '--arm', arm, '--events', '20', '--no-report', '--out', runs];
  const ended = await tinyvmiBench(['run', ...at(), ...LISTEN, ...again]);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  await rm(runs, { recursive: true });
});

it.each([
  ['TERM', 'cpuid'],
  ['HUP', 'cr3-write'],
])(
  'an introspector in Dom0 that gets SIG%s while it listens to %s takes its events off',
  async (signal, kind) => {
    const before = await progress();
    const asked = ['--state', kind, '--arm', 'dom0', '--events', '4096', '--repeat', '100'];
    await tinyvmiBench(['run', ...at(), ...LISTEN, ...asked, '--out', runs], {
      when: 'Listening to',
      act: async (pid) => {
        await listening();
        process.kill(pid, 'SIGKILL');
        const ended = await host.run(['killall', `-${signal}`, 'tinyvmi-introspector']);
        expect(ended.exitCode, ended.stderr).toBe(0);
      },
    });
    // Nobody has cleaned up, and nobody waits.
    await expectToGoOn(before);
    const { exitCode } = await host.run(['pidof', 'tinyvmi-introspector']);
    expect(exitCode).not.toBe(0);

    const cleaned = await tinyvmiBench(['clean', ...at()]);
    expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
    await tinyvmiBench(['clean', '--out', runs]);
    await expectUnharmed(before);
  },
);
