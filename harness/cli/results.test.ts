import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CACHE_STATES } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Start } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { readMeasured } from '../../results/measured.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { answer } from '../run/testing/fake-introspector.ts';
import { gateCommand, type RawGateOptions } from './commands/gate.ts';
import { main } from './main.ts';
import { runOptionsOf } from './program.ts';
import { FakeSignals, memorySurroundings, untimed } from './testing.ts';

const OPTIONS = { bench: ['page-walk'], pages: '40', blocks: '2', state: [...CACHE_STATES] };

let runs: string;
let baseline: string;
let same: string;
let slow: string;
let slowAgain: string;
let oneArm: string;

/** A run whose unikernel takes 5 % more ticks a page. */
function slowResult(start?: Start): Promise<string> {
  return sampleResult(runs, OPTIONS, {
    ...(start === undefined ? {} : { start }),
    reply: (from, line) =>
      answer(from, line, (records) =>
        records.map((record) => {
          if (from !== 'minios' || record.type !== 'S') return record;
          const ticks = Buffer.from(record.payload);
          for (let at = 16; at < ticks.length; at += 20) {
            ticks.writeUInt32LE(Math.round(ticks.readUInt32LE(at) * 1.05), at);
          }
          return { ...record, payload: ticks };
        }),
      ),
  });
}

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-results-'));
  baseline = await sampleResult(runs, OPTIONS);
  same = await sampleResult(runs, OPTIONS);
  slow = await slowResult();
  slowAgain = await slowResult();
  oneArm = await sampleResult(runs, { ...OPTIONS, arm: ['minios'] });
}, 60_000);
afterAll(() => rm(runs, { recursive: true, force: true }));

async function command(...argv: string[]) {
  const surroundings = memorySurroundings();
  const exitCode = await main(argv, surroundings, new FakeSignals());
  return { exitCode, out: surroundings.stdout.text, err: surroundings.stderr.text };
}

describe('compare', () => {
  it('writes a report of the same comparison, with its ratios drawn', async () => {
    const folder = join(runs, 'compared');
    const arms = ['--arms', 'dom0=minios', '--margin', '7', '--json', '--report', folder];
    const { exitCode, out } = await command('compare', baseline, baseline, ...arms);
    expect(exitCode).toBe(0);
    const { rows, report } = JSON.parse(out);
    expect(report.html).toEqual([join(folder, 'report.html')]);
    const model = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    const [panel] = model.figures[0].chart.panels;
    expect(panel.rows.map(({ ratio }: { ratio: number }) => ratio)).toEqual(
      rows.map(({ ratio }: { ratio: number }) => ratio),
    );
    expect(panel.rows[0].equivalence).toEqual([1 / 1.07, 1.07]);
    expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('](chart-ratios-0.png)');
  });

  it('finds the same within the margin, which one boot cannot call equivalent', async () => {
    const { exitCode, out } = await command('compare', baseline, same);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /8 inconclusive[\s\S]*within the margin, but how boots differ was not measured/,
    );
    expect(out).not.toContain('\x1b');
  });

  it('finds the slower arm slower, as JSON and as Markdown', async () => {
    const json = JSON.parse((await command('compare', baseline, slow, '--json')).out);
    const verdicts = json.rows.map((row: { arm: string; verdict: string }) => [
      row.arm,
      row.verdict,
    ]);
    for (const [arm, verdict] of verdicts) {
      expect(verdict).toBe(arm === 'minios' ? 'slower' : 'inconclusive');
    }
    const { out } = await command('compare', baseline, slow, '--markdown');
    expect(out).toContain('| benchmark | state | arm |');
    expect(out).toMatch(/\| Mini-OS \|.*\+5\.\d+ % .*\| slower \|/);
  });

  it('gives the same bytes for the same results', async () => {
    for (const format of ['--json', '--markdown']) {
      const again = async () => (await command('compare', baseline, slow, format)).out;
      expect(await again()).toBe(await again());
    }
  });

  it('refuses another target, naming it, unless that is to be ignored', async () => {
    const pv = await sampleResult(runs, { ...OPTIONS, target: 'pv' });
    const { exitCode, out, err } = await command('compare', baseline, pv);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('page-walk.target is pvh in the first and pv in the second');
    expect(err).toContain('--ignore page-walk.target');
    const ignoring = await command('compare', baseline, pv, '--ignore', 'page-walk.target');
    expect(ignoring.exitCode).toBe(0);
    expect(ignoring.out).toContain('Ignored: page-walk.target');
  });

  it('compares what both have, and names what is missing', async () => {
    const { exitCode, out } = await command('compare', baseline, oneArm);
    expect(exitCode).toBe(0);
    expect(out).toContain('Measured on one side only.');
    expect(out).toMatch(/page-walk +cold +Dom0 +B/);
  });

  it('is an error, not a pass, when there is nothing that both measured', async () => {
    const dom0 = await sampleResult(runs, { ...OPTIONS, arm: ['dom0'] });
    const { exitCode, err } = await command('compare', oneArm, dom0);
    expect(exitCode).toBe(2);
    expect(err).toContain('nothing that both measured');
  });

  it.each([
    [['--margin', '0'], '--margin 0'],
    [['--margin', 'x'], '--margin x'],
    [['--seed', '1'], "unknown option '--seed'"],
    [['--ignore', 'nonsense'], 'there is no such key'],
    [['--ignore', 'clock'], 'clocks cannot be ignored'],
  ])('refuses %j', async (options, message) => {
    const { exitCode, err } = await command('compare', baseline, same, ...options);
    expect(exitCode).toBe(64);
    expect(err).toContain(message);
  });
});

describe('gate', () => {
  it('passes the same with 0', async () => {
    const { exitCode, out } = await command('gate', same, '--baseline', baseline);
    expect(exitCode).toBe(0);
    expect(out).toContain('Gate: pass');
  });

  it('finds a regression that a second run confirms, with 1', async () => {
    const argv = ['gate', slow, '--baseline', baseline, '--confirm', slowAgain];
    const { exitCode, out } = await command(...argv);
    expect(exitCode).toBe(1);
    expect(out).toContain('Slower than the baseline, twice: page-walk Mini-OS');
    const last = out.trimEnd().split('\n').at(-1) ?? '';
    expect(last).toMatch(/^Gate fails: Slower .*: page-walk Mini-OS \S+ \+\d+\.\d+ % \(95 %: /);
    expect(last.length).toBeLessThanOrEqual(200);
    expect((await command(...argv)).out).toBe(out);
  });

  it('passes what a second run does not confirm', async () => {
    const { exitCode, out } = await command(
      'gate',
      slow,
      '--baseline',
      baseline,
      '--confirm',
      same,
    );
    expect(exitCode).toBe(0);
    expect(out).toContain('not in the confirming run');
  });

  it('leaves out what it is told to, and has margins of some rows', async () => {
    const argv = ['gate', slow, '--baseline', baseline, '--no-confirm'];
    expect((await command(...argv, '--arm', 'dom0')).exitCode).toBe(0);
    const { out } = await command(
      ...argv,
      '--state',
      'cold,warm',
      '--bench',
      'page-walk',
      '--json',
    );
    const { rows } = JSON.parse(out).first;
    expect(rows.map(({ state }: { state: string }) => state).sort()).toEqual([
      'cold',
      'cold',
      'warm',
      'warm',
    ]);
    expect((await command(...argv, '--margin', 'minios=9', '--margin', '1')).exitCode).toBe(0);
    expect((await command(...argv, '--margin', 'dom0=9')).exitCode).toBe(1);
    for (const more of [
      ['--arm', 'domU'],
      ['--margin', 'domU=3'],
      ['--margin', 'minios=0'],
      ['--margin', 'minios/=3'],
      ['--accept', 'a reason'],
    ]) {
      const refused = await command(...argv, ...more);
      expect(refused.exitCode, more.join(' ')).toBe(64);
      expect(refused.err).toContain('what to do: ');
    }
  });

  it('refuses a run that confirms itself or is its own baseline', async () => {
    for (const argv of [
      ['gate', slow, '--baseline', baseline, '--confirm', slow],
      ['gate', same, '--baseline', baseline, '--confirm', same],
      ['gate', slow, '--baseline', slow],
    ]) {
      const { exitCode, err } = await command(...argv);
      expect(exitCode, argv.join(' ')).toBe(64);
      expect(err).toContain('nothing is compared with itself');
    }
  });

  it('names a baseline from the future', async () => {
    const { out } = await command('gate', baseline, '--baseline', same);
    expect(out).toMatch(/\S+ of the baseline began later than /);
  });

  it('keeps a baseline by name, for itself and compare', async () => {
    const named = ['--baselines', join(runs, 'by-name')];
    const gate = (...argv: string[]) => command('gate', same, ...argv, ...named);
    const none = await gate('--baseline', 'release');
    expect(none.exitCode).toBe(2);
    expect(none.err).toContain('--save-baseline <name>');
    expect((await gate('--baseline', baseline, '--save-baseline', 'release')).exitCode).toBe(0);
    const compared = await command('compare', slow, '--baseline', 'release', '--json', ...named);
    expect(JSON.parse(compared.out).a).toEqual([(await readMeasured(same)).id]);
    expect((await gate('--baseline', 'nothing')).err).toContain('Baselines: release.');
    expect((await gate('--baseline', baseline, '--save-baseline', '../x')).exitCode).toBe(64);
  });

  it('decides by one comparison when told to', async () => {
    const { exitCode } = await command('gate', slow, '--baseline', baseline, '--no-confirm');
    expect(exitCode).toBe(1);
  });

  it('cannot tell, with 2: a missing arm, another manifest, no result', async () => {
    const lacking = await command('gate', oneArm, '--baseline', baseline);
    expect(lacking.exitCode).toBe(2);
    expect(lacking.out).toContain('lacks what the baseline has: page-walk Dom0');
    const other = await sampleResult(runs, { ...OPTIONS, pages: '30' });
    expect((await command('gate', other, '--baseline', baseline)).exitCode).toBe(2);
    expect((await command('gate', join(runs, 'none'), '--baseline', baseline)).exitCode).toBe(2);
    expect((await command('gate', same, '--baseline', join(runs, 'none.jsonl'))).exitCode).toBe(2);
  });

  it('cannot tell from a run that failed', async () => {
    const wrong = await sampleResult(runs, OPTIONS, {
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'R'
              ? { ...record, payload: (record.payload as string).replace('errno=13', 'errno=0') }
              : record,
          ),
        ),
    });
    expect((await readResult(wrong)).summary.status).toBe('failure');
    const { exitCode, err } = await command('gate', wrong, '--baseline', baseline);
    expect(exitCode).toBe(2);
    expect(err).toContain('has no figures');
  });

  const raw = (changes: Partial<RawGateOptions> = {}): RawGateOptions => ({
    ...{ baseline, window: '20', out: runs, baselines: join(runs, 'named') },
    ...changes,
  });

  function gate(run: string | undefined, measure: (argv: readonly string[]) => Promise<string>) {
    const surroundings = memorySurroundings();
    const progress = { ...SILENT, note() {}, lane: () => ({ ...SILENT, close() {} }), close() {} };
    const { signal } = new AbortController();
    const say = (text: string) => surroundings.stdout.write(text);
    const context = { ...surroundings, progress, times: untimed(), signal, json: false };
    return gateCommand(run, raw(), { ...context, quiet: false, say }, measure);
  }

  it('measures the confirming run by itself, as the run but in another order', async () => {
    const measure = vi.fn(async () => slowAgain);
    expect(await gate(slow, measure)).toBe(1);
    expect(measure).toHaveBeenCalledTimes(1);
    const [argv = []] = measure.mock.calls[0] as unknown as [string[]];
    const again = await runOptionsOf(argv);
    expect(again).toMatchObject({ pages: '40', blocks: '2', seed: '2', target: 'pvh' });
    expect(again.arm).toEqual(['dom0', 'minios']);
  });

  it('confirms what was measured on a restored host on one that boots', async () => {
    const boot = 'a'.repeat(12);
    const restored = await slowResult({ kind: 'restored', snapshot: 'b'.repeat(12), boot });
    expect((await readResult(restored)).manifest.starts).toEqual([
      { boot: 0, start: { kind: 'restored', snapshot: 'b'.repeat(12), boot } },
    ]);
    const measured = await readMeasured(restored);
    expect(measured.groups[0]?.batches[0]?.path.slice(0, 2)).toEqual([`boot ${boot}`, '0']);
    const measure = vi.fn(async () => slowAgain);
    expect(await gate(restored, measure)).toBe(1);
    const [argv = []] = measure.mock.calls[0] as unknown as [string[]];
    expect((await runOptionsOf(argv)).start).toBe('cold');
  });

  it('measures the run too when it is given none, with the options of the baseline', async () => {
    const measure = vi.fn(async () => same);
    expect(await gate(undefined, measure)).toBe(0);
    const [argv = []] = measure.mock.calls[0] as unknown as [string[]];
    expect(await runOptionsOf(argv)).toMatchObject({ pages: '40', blocks: '2', seed: '1' });
  });

  it('cannot tell when the confirming run crashes', async () => {
    const crash = () => Promise.reject(new UserError('a domain died', { kind: 'crash' }));
    await expect(gate(slow, crash)).rejects.toMatchObject({ kind: 'error' });
  });
});

describe('history', () => {
  it('appends, lists with changes, plots, and serves the gate', async () => {
    const file = join(runs, 'own.jsonl');
    const few = await command('history', 'append', baseline, '--file', file);
    expect(few).toMatchObject({ exitCode: 0 });
    const early = await command('gate', same, '--baseline', file);
    expect(early.exitCode).toBe(2);
    expect(early.err).toContain('Begun, not gated: ');
    await command('history', 'append', same, '--file', file);
    await command('history', 'append', await sampleResult(runs, OPTIONS), '--file', file);
    const late = await sampleResult(runs, OPTIONS);
    const twice = await command('history', 'append', same, '--file', file);
    expect(twice.out).toContain('already');
    expect((await command('gate', late, '--baseline', file)).exitCode).toBe(0);
    const worse = await slowResult();
    const bad = await command('gate', worse, '--baseline', file, '--confirm', slowAgain);
    expect(bad.exitCode).toBe(1);
    const entries = (await readFile(file, 'utf8')).trim().split('\n');
    const [, , third = ''] = entries;
    const more = [1, 2, 3].map((n) => {
      const entry = JSON.parse(third);
      for (const measure of entry.measures) measure.p50 *= 1.1;
      return JSON.stringify({ ...entry, id: `later-${n}` });
    });
    await writeFile(file, `${[...entries, 'broken', ...more].join('\n')}\n`);
    const list = await command('history', 'list', file);
    expect(list.exitCode).toBe(0);
    expect(list.out).toContain('6 runs');
    expect(list.out).toContain('line 4 is not JSON');
    expect(list.out).toMatch(/page-walk +cold +Dom0 +later-1 .*\+10\.0 %/);
    const json = JSON.parse((await command('history', 'list', file, '--json')).out);
    expect(json.histories).toMatchObject([{ file, broken: [{ line: 4 }] }]);
    expect(json.histories[0].trends).toHaveLength(8);
    const svg = join(runs, 'own.svg');
    const plot = async () => {
      expect((await command('history', 'plot', file)).exitCode).toBe(0);
      return readFile(svg, 'utf8');
    };
    const picture = await plot();
    expect(picture).toContain('+10.0 %');
    expect(picture.match(/<g transform/g)).toHaveLength(8);
    expect(await plot()).toBe(picture);
  });

  it('refuses a run of another configuration, naming the difference', async () => {
    const file = join(runs, 'strict.jsonl');
    await command('history', 'append', baseline, '--file', file);
    const other = await sampleResult(runs, { ...OPTIONS, pages: '20' });
    const { exitCode, err } = await command('history', 'append', other, '--file', file);
    expect(exitCode).toBe(2);
    expect(err).toContain('page-walk.pages is 20, and 40 in the runs before');
  });

  it('goes on: begins, gates, tells a regression, is accepted, and gates again', async () => {
    const file = join(runs, 'lane.jsonl');
    const night = (run: string, ...more: string[]) =>
      command('gate', run, '--baseline', file, '--append', '--no-confirm', ...more);
    const fresh = () => sampleResult(runs, OPTIONS);
    for (const begun of [0, 1, 2]) {
      const { exitCode, out } = await night(await fresh());
      expect(exitCode).toBe(0);
      expect(out).toContain(`has ${begun} runs that this one can be compared with`);
    }
    expect((await night(await fresh())).out).toContain('Gate: pass');
    const worse = await slowResult();
    expect((await night(worse)).exitCode).toBe(1);
    expect((await night(await slowResult())).exitCode).toBe(1);
    const refused = await night(await slowResult(), '--accept', '1');
    expect(refused).toMatchObject({ exitCode: 64 });
    expect(refused.err).toContain('not a reason');
    const wanted = await night(await slowResult(), '--accept', 'checks every entry twice');
    expect(wanted.exitCode).toBe(0);
    expect(wanted.out).toContain('Accepted (checks every entry twice): Slower than the baseline');
    const next = await night(await slowResult());
    expect(next.exitCode).toBe(0);
    expect(next.out.replace(/\s+/g, ' ')).toMatch(
      /accepted on \d{4}-\d\d-\d\d: checks every entry twice/,
    );
    const entries = (await readFile(file, 'utf8')).trim().split('\n');
    expect(entries.map((line) => JSON.parse(line).gate)).toEqual([
      ...['begun', 'begun', 'begun', 'pass'],
      ...['regression', 'regression', 'regression', 'pass'],
    ]);
    // The run that was red is accepted without measuring again.
    const again = await command('history', 'append', worse, '--file', file, '--accept', 'as meant');
    expect(again.out).toContain(' appended to ');
    expect((await command('history', 'list', file)).out).toMatch(/:\s+as\s+meant/);
  }, 60_000);

  it('is never a pass without data', async () => {
    const empty = join(runs, 'empty.jsonl');
    await writeFile(empty, '');
    for (const path of [empty, join(runs, 'none.jsonl')]) {
      for (const verb of ['list', 'plot']) {
        expect((await command('history', verb, path)).exitCode).toBe(2);
      }
    }
  });
});

describe('analyse, claims and export', () => {
  it('say what they know of a result', async () => {
    const analysed = await command('analyse', baseline);
    expect(analysed.exitCode).toBe(0);
    expect(analysed.out).toContain('boots for 1 %');
    expect(analysed.out).toContain('far high');
    const json = JSON.parse((await command('analyse', baseline, '--json')).out);
    expect(json.diagnoses).toHaveLength(8);
    const claims = await command('claims', baseline);
    expect(claims.out).toContain('✓ By mapping it, the unikernel reads a cold page');
    expect(claims.out).toContain('an emulated testbed tells none');
  });

  it.each(['bencher', 'smaller-is-better', 'csv'])('export %s', async (format) => {
    const { exitCode, out } = await command('export', baseline, '--format', format);
    expect(exitCode).toBe(0);
    expect(out).toContain('page-walk');
    if (format !== 'csv') expect(() => JSON.parse(out)).not.toThrow();
  });

  it('refuse what is no format', async () => {
    const { exitCode, err } = await command('export', baseline, '--format', 'xml');
    expect(exitCode).toBe(64);
    expect(err).toContain('bencher, smaller-is-better, csv');
  });

  it('are in the report of a run', async () => {
    const { exitCode } = await command('report', baseline, '--format', 'md');
    expect(exitCode).toBe(0);
    const text = await readFile(join(baseline, 'report.md'), 'utf8');
    for (const title of [
      '## Claims',
      '### Where the spread comes from',
      '### Outliers and order',
    ]) {
      expect(text).toContain(title);
    }
  }, 30_000);
});

describe('import', () => {
  const table = (factor: number) =>
    `method,run,"time, ns"\n${Array.from(
      { length: 60 },
      (_, i) => `${i % 2 ? 'fast' : 'slow'},${i % 3},${(i % 2 ? 100 : 400 * factor) + (i % 5)}`,
    ).join('\r\n')}\r\n`;
  const columns = ['--arm-column', 'method', '--value-column', 'time, ns', '--unit', 'ns'];

  async function imported(factor: number): Promise<string> {
    const file = join(runs, `traps-${factor}.csv`);
    await writeFile(file, table(factor));
    const argv = ['import', file, ...columns, '--boot-column', 'run', '--out', runs, '--json'];
    const { exitCode, out } = await command(...argv);
    expect(exitCode).toBe(0);
    return JSON.parse(out).folder;
  }

  it("makes a result of anybody's samples, which analyse, report, compare and export serve", async () => {
    const [before, after] = [await imported(1), await imported(1.5)];
    expect((await command('analyse', before)).out).toMatch(/imported +all +slow +3 +3 +30 +402/);
    const compared = await command('compare', before, after);
    expect(compared.exitCode).toBe(0);
    expect(compared.out).toMatch(/slow .* slower/);
    expect(compared.out).toMatch(/fast .* equivalent/);
    expect((await command('report', before, '--format', 'html,md')).exitCode).toBe(0);
    expect(await readdir(before)).toEqual(expect.arrayContaining(['report.html', 'report.md']));
    const exported = JSON.parse((await command('export', before)).out);
    expect(exported['imported/all/slow/total'].ns.value).toBe(402);
    const gated = await command('gate', after, '--baseline', before);
    expect(gated.exitCode).toBe(2);
    expect(gated.err).toContain('cannot be measured again');
    expect((await command('gate', after, '--baseline', before, '--no-confirm')).exitCode).toBe(1);
  }, 30_000);

  it('is not compared with a run of ours', async () => {
    const { exitCode, err } = await command('compare', baseline, await imported(1));
    expect(exitCode).toBe(2);
    expect(err).toContain('different kinds of clock');
  });

  it('refuses a changed byte', async () => {
    const folder = await imported(1);
    const path = join(folder, 'samples.csv');
    await writeFile(path, (await readFile(path, 'utf8')).replace('400', '401'));
    const { exitCode, err } = await command('analyse', folder);
    expect(exitCode).toBe(2);
    expect(err).toContain('was changed');
  });

  it.each([
    ['method,"time, ns"\na,1\na,NaN\n', 'line 3: time, ns is "NaN", not a number'],
    ['method,"time, ns"\na,-1\n', 'line 2: time, ns is "-1", below zero'],
    ['method,"time, ns"\n,1\n', 'line 2: method is empty'],
    ['method,"time, ns"\na\n', 'line 2: 1 cells where 2'],
    ['method,"time, ns"\n', 'has no samples'],
    ['method,ns\na,1\n', 'has no such column'],
    ['', 'the file is empty'],
  ])('refuses %j and leaves nothing', async (text, message) => {
    const file = join(runs, 'bad.csv');
    await writeFile(file, text);
    const before = await readdir(runs);
    const { exitCode, err } = await command('import', file, ...columns, '--out', runs);
    expect(exitCode).not.toBe(0);
    expect(err).toContain(message);
    expect(await readdir(runs)).toEqual(before);
  });
});

describe('help', () => {
  it.each([
    [['compare', '--help'], 'equivalent       the whole interval'],
    [['gate', '--help'], 'it could not tell'],
    [['history', '--help'], 'append'],
    [['history', 'append', '--help'], 'once'],
    [['history', 'list', '--help'], 'PELT'],
    [['history', 'plot', '--help'], '--out'],
    [['export', '--help'], 'smaller-is-better'],
    [['import', '--help'], '--arm-column'],
    [['analyse', '--help'], 'how many boots'],
    [['claims', '--help'], 'bench/claims.ts'],
  ])('%j explains', async (argv, text) => {
    const { exitCode, out, err } = await command(...argv);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain(text);
  });
});

describe('results that have observations alone', () => {
  it('are read back, compared as they are, and pass the gate', async () => {
    const one = await sampleResult(runs, { bench: ['code-size'] });
    const other = await sampleResult(runs, { bench: ['code-size'] });
    const table = await readFile(join(one, 'observations.csv'), 'utf8');
    expect(table.split('\n')[0]).toBe(
      'boot,domain,benchmark,arm,state,phase,unit,repeat,value,detail',
    );
    expect(Object.keys((await readResult(one)).manifest.files)).toContain('observations.csv');
    const { exitCode, out } = await command('compare', one, other, '--json');
    expect(exitCode).toBe(0);
    const { rows } = JSON.parse(out) as { rows: { verdict: string; interval95: unknown }[] };
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ verdict: 'same', interval95: null });
    expect((await command('gate', other, '--baseline', one)).exitCode).toBe(0);
    const analysed = await command('analyse', one);
    expect(analysed.exitCode).toBe(2);
    expect(analysed.err).toContain('has no samples');
  });

  it('are changed only with an error', async () => {
    const one = await sampleResult(runs, { bench: ['code-size'] });
    const path = join(one, 'observations.csv');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/209/, '208'));
    const { exitCode, err } = await command('report', one);
    expect(exitCode).toBe(2);
    expect(err).toContain('was changed after the run');
  });
});
