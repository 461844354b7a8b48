/** The package as npm packs it, installed apart from the checkout: its commands work, and it draws. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { useWorkspace } from './workspace.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

const { folder } = useWorkspace();
const program = join(folder, 'prefix', 'bin', 'tinyvmi-bench');

beforeAll(async () => {
  const packed = join(folder, 'packed');
  await mkdir(packed);
  await execa('npm', ['pack', '--pack-destination', packed], { cwd: CHECKOUT });
  const [tarball = ''] = await readdir(packed);
  const where = ['--prefix', join(folder, 'prefix'), '--no-audit', '--no-fund'];
  await execa('npm', ['install', '--global', ...where, join(packed, tarball)]);
});

it('looks at the machine', async () => {
  const { stdout } = await execa(program, ['doctor'], { cwd: folder, reject: false });
  expect(stdout).toContain('Node.js');
});

it('reports a run, with charts', async () => {
  const run = join(CHECKOUT, 'results/reference/emulated');
  const { stdout } = await execa(program, ['report', run, '--out', 'report'], { cwd: folder });
  expect(stdout).toContain('report.html');
  expect(await readdir(join(folder, 'report'))).toContain('paper.pdf');
});
