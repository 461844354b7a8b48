import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageWalk } from '../bench/page-walk/index.ts';
import { evidenceOf } from '../harness/cli/commands/evidence.ts';
import { adviceForTool } from '../infra/packages.ts';
import { readResult } from '../results/store/reader.ts';
import { sampleResult } from '../results/testing/sample-result.ts';
import { addEvidence, buildReport } from './model/build.ts';
import type { ReportModel } from './model/types.ts';
import { figuresIn } from './render/outline.ts';
import { nastyReport } from './testing/nasty.ts';
import { writeReport } from './write.ts';

const CHROMIUM = '/usr/bin/chromium';

let runs: string;
let browser: Browser;
let model: ReportModel;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-browser-'));
  const result = await readResult(await sampleResult(runs));
  model = addEvidence(buildReport(result, pageWalk), result, await evidenceOf(result));
  await writeReport(join(runs, 'sample'), model, ['html']);
  await writeReport(join(runs, 'nasty'), nastyReport(), ['html']);
  try {
    browser = await puppeteer.launch({
      executablePath: CHROMIUM,
      userDataDir: join(runs, 'profile'),
      pipe: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  } catch (cause) {
    throw new Error(`Chromium did not start: ${adviceForTool('chromium')}`, { cause });
  }
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rm(runs, { recursive: true, force: true, maxRetries: 5 });
}, 30_000);

interface Opened {
  page: Page;
  /** Addresses that were asked for, the report itself left out. */
  requests: string[];
  /** What the console said, and errors of the page. */
  complaints: string[];
}

async function open(name: string, width: number, scheme: 'light' | 'dark'): Promise<Opened> {
  const page = await browser.newPage();
  const address = pathToFileURL(join(runs, name, 'report.html')).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) requests.push(url);
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(address, { waitUntil: 'load' });
  return { page, requests, complaints };
}

/** By how many pixels the page is wider than its window. */
async function overflow(page: Page): Promise<unknown> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/** What is shown of each figure: which of its pictures, how large, and the colour of its ground. */
interface Shown {
  layout: string;
  width: number;
  height: number;
  ground: string;
}

/** The pictures that are shown. */
async function pictures(page: Page): Promise<Shown[]> {
  const found = await page.evaluate(`[...document.querySelectorAll('.chart > div')]
    .filter((one) => getComputedStyle(one).display !== 'none')
    .map((one) => {
      const { width, height } = one.querySelector('svg').getBoundingClientRect();
      const ground = getComputedStyle(one.querySelector('rect')).fill;
      return { layout: one.className, width, height, ground };
    })`);
  return found as Shown[];
}

describe('report.html in Chromium', () => {
  it.each([
    ['sample', 1280, 'light'],
    ['sample', 390, 'light'],
    ['sample', 1280, 'dark'],
    ['sample', 390, 'dark'],
    ['nasty', 1280, 'light'],
    ['nasty', 390, 'dark'],
  ] as const)(
    '%s at %i pixels, %s: no complaint, no request, nothing sticks out, every figure drawn',
    async (name, width, scheme) => {
      const { page, requests, complaints } = await open(name, width, scheme);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      expect(await overflow(page)).toBe(0);
      const shown = await pictures(page);
      const expected = name === 'sample' ? figuresIn(model) : figuresIn(nastyReport());
      expect(shown).toHaveLength(expected.length);
      for (const [place, { layout, width: own, height }] of shown.entries()) {
        const usual = width > 600 ? 'wide' : 'narrow';
        expect(layout).toBe(place === 0 ? 'beside' : usual);
        expect(own).toBeGreaterThan(layout === 'wide' ? 900 : 340);
        expect(height).toBeGreaterThan(200);
      }
      const [answer, main] = (await page.evaluate(
        "['.answer', '.lead svg'].map((s) => document.querySelector(s).getBoundingClientRect().top)",
      )) as [number, number];
      // Beside each other where there is room, both on the first screen; below each other on a phone.
      if (width > 600) expect(Math.abs(answer - main)).toBeLessThan(200);
      else expect(main).toBeGreaterThan(answer);
      const ids = (await page.evaluate(
        '[...document.querySelectorAll("svg [id]")].map((e) => e.id)',
      )) as string[];
      expect(new Set(ids).size).toBe(ids.length);
      expect(await page.evaluate("document.querySelectorAll('script, b').length")).toBe(0);
      await page.close();
    },
    30_000,
  );

  it('shows another picture in the dark, on a phone, and the light and wide one on paper', async () => {
    const first = async (width: number, scheme: 'light' | 'dark', print = false) => {
      const { page } = await open('sample', width, scheme);
      if (print) await page.emulateMediaType('print');
      const [, shown] = await pictures(page);
      await page.close();
      return [shown?.layout, shown?.ground];
    };
    const [white, black] = ['rgb(255, 255, 255)', 'rgb(20, 24, 30)'];
    expect(await first(1280, 'light')).toEqual(['wide', white]);
    expect(await first(1280, 'dark')).toEqual(['wide', black]);
    expect(await first(390, 'light')).toEqual(['narrow', white]);
    expect(await first(390, 'dark')).toEqual(['narrow', black]);
    expect(await first(390, 'dark', true)).toEqual(['wide', white]);
  }, 60_000);
});
