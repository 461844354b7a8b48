import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { identityOfRun } from './identity.ts';
import { readResult } from './store/reader.ts';
import { sampleResult } from './testing/sample-result.ts';

const REFERENCE = new URL('./reference/emulated', import.meta.url).pathname;

it('is that of an earlier version, which had no such options, as long as they are left alone', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'tinyvmi-identity-'));
  onTestFinished(() => rm(runs, { recursive: true, force: true }));
  const { summary, manifest } = await readResult(await sampleResult(runs));
  const { hostMemory, guest, address, region, allowPause, xen, dom0, ...earlier } =
    manifest.options;
  expect({ hostMemory, guest, address, region, allowPause, xen, dom0 }).toEqual({
    ...{
      hostMemory: 0,
      guest: '',
      address: '',
      region: 'kernel',
      allowPause: false,
      xen: '4.17',
      dom0: 'pv',
    },
  });
  const identity = identityOfRun(summary, manifest);
  expect(identityOfRun(summary, { ...manifest, options: earlier })).toEqual(identity);
  const paused = { ...manifest, options: { ...manifest.options, allowPause: true } };
  expect(identityOfRun(summary, paused)).not.toEqual(identity);
  const ofProcess = { ...manifest, options: { ...manifest.options, region: 'process' } };
  expect(identityOfRun(summary, ofProcess)).toEqual({
    ...identity,
    'page-walk.region': 'process',
  });
});

it('tells what an emulated host runs on: QEMU, its accelerator, the source of Xen', async () => {
  const { summary, manifest } = await readResult(REFERENCE);
  expect(identityOfRun(summary, manifest)).toMatchObject({
    'emulator.qemu': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    'emulator.accelerator': 'tcg',
    'xen.source': expect.stringMatching(/^4\.\d+/),
  });
});
