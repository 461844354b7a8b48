/**
 * HVM guests for real: with a device model in Dom0, read by both arms, and gone with all that belongs to
 * them however a run ends. A host is stood in for by the emulated Dom0, reached by ssh alone.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { dom0MemoryMiB } from '../../infra/emulated/memory.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { tinyvmiBench } from './command-line.ts';
import { median, readOnlyResult } from './results.ts';
import { useWorkspace } from './workspace.ts';

const DEVICE_MODEL = 'xen-qemu-system-i386';
const { folder, runs } = useWorkspace();

it('reads an HVM target, and hears its events, in both arms', async () => {
  const ended = await tinyvmiBench([
    ...['run', '--target', 'hvm', '--bench', 'page-walk,events', '--pages', '100', '--blocks', '1'],
    ...['--page-size', '2m', '--state', 'cold,tables,warm,batch,cpuid', '--out', runs],
  ]);
  expect(ended.stderr).not.toContain('error:');
  expect(ended.exitCode).toBe(EXIT_CODES.success);
  const { manifest, summary } = await readOnlyResult(runs);

  const targets = manifest.domains.filter(({ spec }) => spec.role === 'target');
  expect(targets.map(({ name, spec }) => [name, spec.type])).toEqual([
    ['tv-target', 'hvm'],
    ['tv-event-target', 'hvm'],
  ]);
  expect(manifest.testbed?.facts['qemu-system-xen']).toMatch(/^\d/);
  expect(manifest.testbed?.xen).toMatchObject({
    flask: 'enforcing',
    commandLine: expect.stringContaining(`dom0_mem=${dom0MemoryMiB(1)}M`),
  });
  expect(summary.digests.map(({ benchmark, arm, agrees }) => [benchmark, arm, agrees])).toEqual([
    ['page-walk', 'dom0', true],
    ['page-walk', 'minios', true],
    ['events', 'dom0', true],
    ['events', 'minios', true],
  ]);
  for (const state of ['cold', 'tables', 'batch'] as const) {
    expect(median(summary, 'minios', state)).toBeLessThan(median(summary, 'dom0', state));
  }
  for (const { lost, errors } of summary.events ?? []) expect([lost, errors]).toEqual([0, 0]);
  expect(summary.events).toHaveLength(2);
  expect(summary.refusals.map(({ outcome }) => outcome)).toEqual(
    summary.refusals.map(() => 'refused'),
  );
});

describe('a host that has a device model', () => {
  let host: EmulatedTestbed;
  const hosts = join(folder, 'testbeds.yaml');
  const at = ['--testbed', 'dom0', '--testbeds', hosts];
  const run = ['run', ...at, '--target', 'hvm', '--bench', 'page-walk', '--out', runs];

  beforeAll(async () => {
    process.env.TINYVMI_STATE = join(folder, 'state');
    host = new EmulatedTestbed(
      { clock: 'counted', memoryMiB: 2048, hvmGuests: 1, start: 'cold' },
      SILENT,
    );
    await host.start();
    const entry = { address: `ssh:${HOST_ALIAS}`, folder: '/tmp', clock: 'counted' };
    const dom0 = { ...entry, 'ssh-config': host.sshConfig };
    await writeFile(hosts, JSON.stringify({ testbeds: { dom0 } }));
  });
  afterAll(async () => {
    await host.stop();
    delete process.env.TINYVMI_STATE;
  });

  async function output(...argv: string[]): Promise<string> {
    return (await host.run(argv)).stdout;
  }

  /** What a run could leave: domains, processes, files, and xenstore. */
  async function stateOfHost() {
    const files = 'find /tmp /var/log/xen /var/lib/xen /run/xen -type f -o -type s';
    const store = await output('xenstore-ls', '-f', '/');
    return {
      domains: (await host.xen.domains()).map(({ name }) => name),
      deviceModels: await output('pidof', DEVICE_MODEL),
      files: (
        await output('sh', '-c', `${files} | grep -v -e /xl- -e /domid-history | sort`)
      ).split('\n'),
      // Folders that the toolstack makes for its first guest, and keeps.
      store: store.split('\n').filter((line) => !/^\/(vm|libxl|.*\/device-model) = ""$/.test(line)),
    };
  }

  /** Waits for the device model of the target, and ends the run then. */
  async function endedBy(signal: NodeJS.Signals) {
    return tinyvmiBench(run, {
      when: 'Starting the target',
      act: async (pid) => {
        while ((await output('pidof', DEVICE_MODEL)) === '') await sleep(500);
        process.kill(pid, signal);
      },
    });
  }

  it('is told so by doctor', async () => {
    const ended = await tinyvmiBench(['doctor', ...at, '--json']);
    const { checks } = JSON.parse(ended.stdout) as { checks: { name: string; found: string }[] };
    const found = checks.find(({ name }) => name === 'HVM guests')?.found;
    expect(found).toBe(`/usr/lib/xen-4.17/boot/hvmloader, /usr/libexec/${DEVICE_MODEL}`);
  });

  it('has no device model left after Ctrl-C', async () => {
    const before = await stateOfHost();
    const ended = await endedBy('SIGINT');
    expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.interrupted);
    expect(await stateOfHost()).toEqual(before);
  });

  it('has one left by a run that is killed, and clean ends it with its guest', async () => {
    const before = await stateOfHost();
    const ended = await endedBy('SIGKILL');
    expect(ended.exitCode).toBeUndefined();
    const left = await stateOfHost();
    expect(left.domains).toContain('tv-target');
    expect(left.deviceModels).toMatch(/^\d+\n$/);
    expect(left.files).toContain('/var/log/xen/qemu-dm-tv-target.log');

    const cleaned = await tinyvmiBench(['clean', ...at]);
    expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
    expect(cleaned.stdout).toContain('removed the domain tv-target');
    expect(await stateOfHost()).toEqual(before);
    await tinyvmiBench(['clean', '--out', runs]);
  });

  it('is skipped, before anything is made, when its device model is taken away', async () => {
    const before = await stateOfHost();
    await output('chmod', '-x', `/usr/libexec/${DEVICE_MODEL}`);
    const ended = await tinyvmiBench(run);
    await output('chmod', '+x', `/usr/libexec/${DEVICE_MODEL}`);
    expect(ended.exitCode).toBe(EXIT_CODES.skipped);
    const said = `${ended.stdout}${ended.stderr}`.replace(/\s+/g, ' ');
    expect(said).toContain(`Dom0 lacks a device model (/usr/libexec/${DEVICE_MODEL})`);
    expect(said).toContain('apt-get install qemu-system-xen');
    expect(await stateOfHost()).toEqual(before);
  });
});
