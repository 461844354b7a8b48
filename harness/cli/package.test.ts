/** What npm must find in package.json and its lock: every npm since 9.2 installs from them. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
}

const read = async (path: string) =>
  JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'));

const own = await read('package.json');
const locked: Record<string, Locked> = (await read('package-lock.json')).packages;

it('overrides no package by a folder, which npm 9.2 cannot take', () => {
  const folders = Object.values(own.dependencies).filter((range) =>
    /^(file|link):/.test(`${range}`),
  );
  expect(folders).toEqual([]);
  expect(Object.values(own.overrides).filter((range) => !/^\d/.test(`${range}`))).toEqual([]);
});

it('gives chartjs-node-canvas a canvas of the version that it asks for, which is built by nobody', () => {
  const wanted = locked['node_modules/chartjs-node-canvas']?.dependencies?.canvas ?? '';
  const [, major, minor] = /^\^(\d+)\.(\d+)\.0$/.exec(wanted) ?? [];
  const [ourMajor, ourMinor] = (locked['reports/canvas']?.version ?? '').split('.');
  expect(ourMajor).toBe(major);
  expect(Number(ourMinor)).toBeGreaterThanOrEqual(Number(minor));
  expect(locked['node_modules/canvas']).toEqual({ resolved: 'reports/canvas', link: true });
  expect(
    Object.keys(locked).filter((path) => /(node_modules|reports)\/canvas$/.test(path)),
  ).toEqual(['node_modules/canvas', 'reports/canvas']);
});

it('names no address of a registry', () => {
  const addresses = Object.values(locked).flatMap(({ resolved }) => resolved ?? []);
  expect(addresses).toEqual(['reports/canvas']);
});

it('packs the canvas with what loads it, since no override travels with a package', () => {
  expect(own.bundleDependencies).toEqual(['canvas', 'chart.js', 'chartjs-node-canvas']);
});

it('draws PNG by chartjs-node-canvas', async () => {
  const { ChartJSNodeCanvas } = createRequire(import.meta.url)('chartjs-node-canvas');
  const drawn: Buffer = new ChartJSNodeCanvas({ width: 20, height: 10 }).renderToBufferSync({
    type: 'bar',
    data: { labels: ['a'], datasets: [{ data: [1] }] },
  });
  expect(drawn.toString('latin1', 1, 4)).toBe('PNG');
});
