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

/** Each picture's source, the part that tells one from another, and whether it was drawn. */
async function pictures(page: Page): Promise<{ source: string; drawn: boolean }[]> {
  const found = await page.evaluate(`[...document.images].map((image) => ({
    source: image.currentSrc,
    drawn: image.complete && image.naturalWidth > 0,
  }))`);
  return found as { source: string; drawn: boolean }[];
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
      expect(shown.every(({ drawn }) => drawn)).toBe(true);
      expect(await page.evaluate("document.querySelectorAll('script, b').length")).toBe(0);
      await page.close();
    },
    30_000,
  );

  it('shows another picture in the dark, on a phone, and the light one on paper', async () => {
    const source = async (width: number, scheme: 'light' | 'dark', print = false) => {
      const { page } = await open('sample', width, scheme);
      if (print) await page.emulateMediaType('print');
      await page.waitForFunction('[...document.images].every(({ complete }) => complete)');
      const [first] = await pictures(page);
      await page.close();
      return first?.source;
    };
    const wide = await source(1280, 'light');
    const others = [
      await source(1280, 'dark'),
      await source(390, 'light'),
      await source(390, 'dark'),
    ];
    expect(new Set([wide, ...others]).size).toBe(4);
    expect(await source(1280, 'dark', true)).toBe(wide);
  }, 60_000);
});
