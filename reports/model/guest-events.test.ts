import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guestEvents } from '../../bench/guest-events/index.ts';
import { EVENT_COSTS } from '../../harness/run/testing/fake-events.ts';
import { identityOfRun } from '../../results/identity.ts';
import { measuredOfRun } from '../../results/measured.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { buildReport } from './build.ts';

let runs: string;
let result: Result;
let ours: Result;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-guest-events-'));
  const raw = { bench: ['events'], state: ['cpuid', 'cr3-write'], events: '20', blocks: '2' };
  result = await readResult(await sampleResult(runs, { ...raw, target: 'web', allowEvents: true }));
  ours = await readResult(await sampleResult(runs, raw));
}, 60_000);
afterAll(() => rm(runs, { recursive: true, force: true }));

it('has a row an event, without what nobody knows', async () => {
  const text = await readFile(join(result.folder, 'guest-events.csv'), 'utf8');
  const [header, first, second] = text.split('\n');
  expect(header).toBe('boot,domain,block,order,arm,state,kind,batch,event,apart,handler');
  expect(first).toMatch(/^0,0,0,0,\w+,[\w-]+,[\w-]+,0,0,,\d+$/);
  expect(second?.split(',')[9]).toBe(String(EVENT_COSTS.apart + 1));
  const jobs = (await readFile(join(result.folder, 'event-jobs.csv'), 'utf8')).split('\n');
  expect(jobs[1]?.split(',').slice(9, 18)).toEqual(['40', '', '40', '1', '', '42', '42', '', '1']);
});

it('says whose the guest is and what is unknown, and shows no column without a number', () => {
  const model = buildReport(result, guestEvents);
  expect(model.title).toBe('Events of a guest that is not ours: Dom0 against Mini-OS');
  expect(model.notes.join()).toContain('The round trip as the guest sees it');
  expect(model.warnings.join()).toContain('the round trip of its events');
  expect(model.facts.find(({ label }) => label === 'Target')?.value).toBe(
    'guest web of the host, not ours, listened to as it runs',
  );
  expect(model.overview?.rows.map(([state]) => state)).toEqual(['cpuid', 'cr3-write']);
  expect(model.findings.join()).toContain("introspector's own part of an event, Dom0 over Mini-OS");
  expect(model.figures.map(({ id }) => id)).toEqual(['guest-events-handler', 'guest-events-apart']);
  expect(model.tables.map(({ id }) => id)).toEqual([
    ...['guest-kinds-meaning', 'guest-event-distribution', 'guest-event-rates'],
    ...['guest-event-counts', 'clocks'],
  ]);
  for (const { id, columns, rows } of model.tables) {
    expect(rows.length, id).toBeGreaterThan(0);
    for (const [at, { label }] of columns.entries()) {
      expect(
        rows.some((row) => row[at] !== '–' && row[at] !== ''),
        `${id}: ${label}`,
      ).toBe(true);
    }
  }
});

it('says nothing of round trips, losses or a target of ours', () => {
  const text = renderMarkdown(buildReport(result, guestEvents), {});
  expect(text).toContain('all 672 requests were answered');
  expect(text).not.toContain('counted by the target');
  expect(text).not.toMatch(/were lost|round-trip|numbered by the target/);
  expect(text).not.toContain('the target’s own');
});

it('can be repeated by its command', () => {
  expect(result.manifest.command).toMatch(/--bench events .*--target web .*--allow-events/);
});

it('is compared with its like, and with no events of a target of ours', async () => {
  const identity = (of: Result) => identityOfRun(of.summary, of.manifest);
  expect(identity(result)).not.toEqual(identity(ours));
  expect(identity(result)['guest-events.guest']).toBe('web');
  const { groups } = await measuredOfRun(result);
  expect(groups.map(({ benchmark, phase }) => `${benchmark} ${phase}`)).toEqual(
    Array(4).fill('guest-events handler'),
  );
  const other = (await measuredOfRun(ours)).groups;
  expect(other.map(({ benchmark }) => benchmark)).not.toContain('guest-events');
});
