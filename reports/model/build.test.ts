import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot } from '../../bench/boot/index.ts';
import { pageWalk } from '../../bench/page-walk/index.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { outlineOf } from '../render/outline.ts';
import { axisLabels, barPanels } from '../testing/panels.ts';
import { buildReport } from './build.ts';

let runs: string;
let result: Result;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-model-'));
  result = await readResult(await sampleResult(runs));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

describe('buildReport', () => {
  it('is plain JSON and the same each time', () => {
    const model = buildReport(result, pageWalk);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(buildReport(result, pageWalk)).toEqual(model);
  });

  it('says that counted figures are no time, and gives every figure its unit', () => {
    const model = buildReport(result, pageWalk);
    expect(model.answer.caveat).toContain('They are not time');
    for (const { chart, table } of model.figures) {
      for (const panel of barPanels(chart)) {
        expect(panel.axis).toMatch(panel.foreign ? /^microseconds/ : /^instructions.*not time/);
      }
      for (const label of chart.panels.flatMap(axisLabels)) {
        const units = ['instructions', 'microseconds'].filter((unit) => label.includes(unit));
        expect(units).toHaveLength(1);
      }
      const cells = table.rows.map((row) => row.at(-1) ?? '');
      const named = [table.caption, ...cells].join();
      expect(named).toMatch(/instructions|microseconds/);
    }
    expect(model.overview?.caption).toContain('in instructions');
  });

  it("shows the paper's two bars beside ours, as the paper's, on axes of their own", () => {
    const figure = buildReport(result, pageWalk).figures.find(({ id }) => id === 'figure-3');
    const [own, paper] = barPanels(figure?.chart);
    expect(own?.bars.map(({ category }) => category)).toEqual(['Dom0', 'Mini-OS']);
    expect(own?.foreign).toBe(false);
    expect(paper?.title).toContain("The paper's");
    expect(paper?.foreign).toBe(true);
    expect(paper?.bars.map(({ value }) => value)).toEqual([5.7, 3.7]);
    expect(paper?.bars.every(({ interval }) => interval === null)).toBe(true);
  });

  it('gives each figure a table with every value of its bars', () => {
    for (const { chart, table } of buildReport(result, pageWalk).figures) {
      const bars = barPanels(chart).flatMap((panel) => panel.bars);
      if (bars.length === 0) continue;
      expect(table.rows).toHaveLength(bars.length);
      for (const bar of bars) {
        const value = bar.label.replace(' µs', '');
        expect(table.rows.some((row) => row.includes(value))).toBe(true);
      }
    }
  });

  it('says of a guest that is not ours no more than was seen of it', () => {
    const { manifest, summary } = result;
    const of = { ...manifest, options: { ...manifest.options, guest: 'web' } };
    const model = buildReport({ ...result, manifest: of }, pageWalk);
    expect(model.digests).toMatchObject({
      agrees: true,
      verdict: expect.stringMatching(/ read the same bytes of the guest in every pass\.$/),
    });
    expect(JSON.stringify(model.digests)).not.toContain('target');
    expect(model.method.join()).toContain('agree with that of the first reading');
    expect(model.method.join()).not.toContain('paused target');
    const [first, ...others] = summary.digests;
    if (first === undefined) throw new Error('a sample result without digests');
    const digests = [{ ...first, agrees: false }, ...others];
    const wrong = { ...result, manifest: of, summary: { ...summary, digests } };
    expect(buildReport(wrong, pageWalk).digests).toMatchObject({
      agrees: false,
      verdict: 'What was read of the guest was not the same in every pass.',
    });
  });

  it.each([
    ['kernel', 'of its kernel’s text', 'its kernel’s entry of system calls'],
    ['process', 'of the process that vcpu 0 was in', 'the process that its vcpu 0 was in'],
    ['address', 'around a given address', 'a given address'],
  ] as const)('says that pages of a guest are those of the kind %s', (kind, target, method) => {
    const { manifest } = result;
    if (manifest.region === null) throw new Error('a sample result without a region');
    const region = { ...manifest.region, kind };
    const of = { ...manifest, region, options: { ...manifest.options, guest: 'web' } };
    const model = buildReport({ ...result, manifest: of }, pageWalk);
    expect(JSON.stringify(model)).toContain(`pages ${target} from ${region.base}`);
    expect(model.method.join()).toContain(method);
  });

  it('shows the three denials, the digests, and how to repeat the run', () => {
    const model = buildReport(result, pageWalk);
    expect(model.refusals?.table.rows).toHaveLength(3);
    expect(model.refusals?.lines.every(({ text }) => text.includes('avc:'))).toBe(true);
    expect(model.digests?.table.rows.map((row) => row.at(-1))).toEqual(['yes', 'yes']);
    expect(model.digests?.verdict).toMatch(/ and .* read exactly the target's bytes\.$/);
    expect(model.repeat?.command).toContain('--seed 1');
    expect(model.facts.find(({ label }) => label === 'Manifest')?.value).toContain(
      result.manifestDigest,
    );
    expect(model.skipped.map(({ label }) => label)).toContain('arm dom0-libvmi');
  });

  it('has every arm in every table and figure', async () => {
    const arm = ['dom0', 'minios', 'dom0-libvmi', 'minios-own'];
    const raw = { bench: ['page-walk'], pages: '40', blocks: '2', arm, miniosImage: '/m' };
    const model = buildReport(await readResult(await sampleResult(runs, raw)), pageWalk);
    const labels = ['Dom0', 'Mini-OS', 'Dom0 with upstream LibVMI', 'Mini-OS from own image'];
    expect(model.title).toBe(`Page walk and read: ${labels.join(' against ')}`);
    for (const { chart, table } of model.figures) {
      const text = JSON.stringify({ chart, table });
      for (const label of labels) expect(text).toContain(label);
    }
    const tables = model.tables.filter(({ id }) => id !== 'states-meaning');
    for (const table of [model.overview, ...model.highlights, ...tables]) {
      for (const label of labels) expect(JSON.stringify(table)).toContain(label);
    }
    expect(model.method.join()).toContain('Ratios of arms are the others over Mini-OS');
    expect(model.threats.map(({ label }) => label)).toContain(
      'Construct: upstream LibVMI has other caches',
    );
    expect(model.skipped.map(({ label }) => label)).not.toContain('arm dom0-libvmi');
    expect(model.repeat?.command).toContain('--minios-image /m');
  });

  it('says plainly what the privilege of a stub domain opens', async () => {
    const raw = { bench: ['page-walk'], pages: '40', blocks: '2', privilege: 'set-target' };
    const other = await readResult(await sampleResult(runs, raw, { flask: 'absent' }));
    const model = buildReport(other, pageWalk);
    expect(model.facts.find(({ label }) => label === 'Privilege')?.value).toMatch(
      /^set-target .* for writing too/,
    );
    expect(model.refusals?.table.rows.map((row) => row[2])).toEqual([
      'granted by its privilege',
      ...['refused', 'refused', 'refused'],
    ]);
    expect(model.refusals?.lines).toEqual([]);
    expect(model.method.join()).toContain('3 of 4 requests beyond what reading needs were refused');
    expect(model.threats.map(({ label }) => label)).toContain(
      'Construct: more privilege than reading needs',
    );
    expect(model.warnings.join()).toContain('Nothing here proves least privilege');
    expect(model.repeat?.command).toContain('--privilege set-target');
  });

  it('names the one arm that was measured', () => {
    const { summary } = result;
    const one = { ...result, summary: { ...summary, arms: ['minios' as const] } };
    expect(buildReport(one, pageWalk).title).toBe('Page walk and read: Mini-OS alone');
  });

  it('has no row for what was not measured, and no section for what was skipped', () => {
    const { summary } = result;
    const measures = summary.measures.filter(({ state }) => state !== 'cold');
    const part = { ...result, summary: { ...summary, measures } };
    const states = buildReport(part, pageWalk).overview?.rows.map(([state]) => state);
    expect(states).not.toContain('cold');
    expect(states).toContain('tables');
    const model = buildReport(result, pageWalk, boot);
    expect(model.further.map(({ id }) => id)).toEqual(['boot']);
    const texts = outlineOf(model).flatMap((block) => ('text' in block ? [block.text] : []));
    expect(texts).not.toContain(boot.question);
  });

  it('gives no figure of a failed run', () => {
    const failed = buildReport(
      {
        ...result,
        summary: {
          ...result.summary,
          status: 'failure',
          reason: 'wrong bytes',
          measures: [],
          ratios: [],
          held: [],
          counts: [],
        },
      },
      pageWalk,
    );
    expect(failed.overview).toBeNull();
    expect(failed.figures).toEqual([]);
    expect(failed.reason).toBe('wrong bytes');
  });
});
