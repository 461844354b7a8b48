/**
 * Arms that take what the user brings: a Mini-OS image, and upstream LibVMI where this machine has one.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Arm } from '../../bench/words.ts';
import { hashFile } from '../../infra/cache/hash.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { findLibvmi } from '../../infra/images/libvmi.ts';
import { makeNative } from '../../infra/images/native.ts';
import { testTools } from '../../infra/testing/tools.ts';
import type { Tools } from '../../infra/tools/tools.ts';
import { tinyvmiBench } from './command-line.ts';
import { median, readOnlyResult, resultsIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

/** Instructions that each page costs more in the image that is brought. */
const SLOWER = 2000;
const SHORT = ['--bench', 'page-walk', '--pages', '100', '--blocks', '1'];

const { folder, runs } = useWorkspace();
const libvmi = (await findLibvmi()) !== undefined;

it('refuses a file that no PV domain can boot, before anything is created', async () => {
  const file = join(folder, 'no-kernel');
  await writeFile(file, 'no kernel');
  const ended = await tinyvmiBench(['run', ...SHORT, '--minios-image', file, '--out', runs]);
  expect(ended.exitCode).toBe(EXIT_CODES.usage);
  expect(ended.stderr).toContain('is no ELF file');
  expect(ended.stderr).not.toContain('booting');
  expect(await resultsIn(runs)).toEqual([]);
});

it.skipIf(libvmi)('says how to come by LibVMI where there is none', async () => {
  const out = join(folder, 'skipped');
  const ended = await tinyvmiBench(['run', ...SHORT, '--arm', 'dom0-libvmi', '--out', out]);
  expect(ended.exitCode).toBe(EXIT_CODES.skipped);
  expect(ended.stdout).toContain('pkg-config finds no LibVMI');
  expect(ended.stderr).not.toContain('booting');
});

it('measures an own image beside ours, and upstream LibVMI where there is one', async () => {
  const out = join(folder, 'slower');
  await mkdir(out);
  const inFolder: Pick<Tools, 'run'> = {
    run: async (file, args, options) =>
      (await testTools()).run(file, args, { ...options, folders: [out] }),
  };
  const made = await makeNative(inFolder, ['minios.gz'], out, {
    slowdown: SLOWER,
    signal: undefined,
  });
  const image = join(made.out, 'minios.gz');
  const arms: Arm[] = [
    'dom0',
    'minios',
    ...(libvmi ? (['dom0-libvmi'] as const) : []),
    'minios-own',
  ];
  const ended = await tinyvmiBench([
    ...['run', ...SHORT, '--arm', arms.join(','), '--minios-image', image, '--out', runs],
  ]);
  expect(ended.stderr).not.toContain('error:');
  expect(ended.exitCode).toBe(0);
  const { manifest, summary } = await readOnlyResult(runs);

  expect(manifest.images['minios-own']).toBe(await hashFile(image));
  expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual(
    arms.map((arm) => [arm, true]),
  );
  for (const state of ['cold', 'tables', 'warm', 'batch'] as const) {
    const more = median(summary, 'minios-own', state) - median(summary, 'minios', state);
    expect(Math.abs(more - SLOWER)).toBeLessThan(SLOWER / 10);
    if (libvmi) expect(median(summary, 'dom0-libvmi', state)).toBeGreaterThan(0);
  }
  expect(ended.stdout).toContain('Mini-OS from own image');
}, 900_000);
