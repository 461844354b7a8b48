import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Columns } from './columns.ts';
import { FORMATS } from './formats/registry.ts';
import { readImported } from './read.ts';
import type { Imported } from './types.ts';
import { type ImportRequest, importSamples } from './write.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-import-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Read extends Imported {
  /** Values by arm and state, in the order of the file. */
  samples: Record<string, number[]>;
}

let place = 0;

/** Imports a file with this text. */
async function take(
  text: string,
  rest: Partial<ImportRequest> & { arm?: string } = {},
): Promise<Read> {
  const { arm, ...request } = rest;
  const path = join(root, `source-${place++}`);
  await writeFile(path, text);
  const file = { path, ...(arm === undefined ? {} : { arm }) };
  const folder = await importSamples(
    { files: [file], benchmark: 'b', ...request },
    root,
    new Date(0),
  );
  const { imported } = await readImported(folder);
  const samples: Record<string, number[]> = {};
  const rows = (await readFile(join(folder, 'samples.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  for (const row of rows) {
    const [, , , ...cells] = row.split(',');
    const value = Number(cells.pop());
    const name = cells.join(',');
    samples[name] = [...(samples[name] ?? []), value];
  }
  return { ...imported, samples };
}

const json = (value: unknown) => JSON.stringify(value);
const lines = (...text: string[]) => `${text.join('\n')}\n`;

const google = (rows: object[]) => json({ context: { date: 'd' }, benchmarks: rows });
const repetition = (name: string, real_time: number, more: object = {}) => ({
  ...{ name, run_name: name, run_type: 'iteration', iterations: 100, real_time },
  ...{ cpu_time: 1, time_unit: 'ns' },
  ...more,
});
const GOOGLE_HEADER =
  'name,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,error_occurred,error_message';
const pytest = (benchmarks: object[]) => json({ machine_info: { node: 'n' }, benchmarks });
const sel4 = (row: object) => json([{ Benchmark: 'ipc', Results: [row] }]);

interface Good {
  format: string;
  text: string;
  unit: string;
  samples: Record<string, number[]>;
  leftOut?: [string, string[]][];
  warning?: RegExp;
}

const GOOD: [string, Good][] = [
  [
    "hyperfine's runs, without those of zero",
    {
      format: 'hyperfine',
      text: json({
        results: [
          { command: 'a', mean: 1, times: [0.25, 0, 0.5], exit_codes: [0, 0, 1] },
          { command: 'b 4', mean: 1, times: [1], exit_codes: [0], parameters: { n: '4' } },
        ],
      }),
      unit: 's',
      samples: { 'a,all': [0.25, 0.5], 'b 4,n=4': [1] },
      leftOut: [['times of zero, shorter than the shell’s own', ['a']]],
      warning: /1 of 3 runs of "a" did not end with 0/,
    },
  ],
  [
    "Google Benchmark's repetitions, without statistics and failures, in one unit",
    {
      format: 'google-benchmark',
      text: google([
        repetition('f/8/repeats:2', 10, { label: '64 bytes' }),
        repetition('f/8/repeats:2', 12, { label: '64 bytes' }),
        repetition('f/8/repeats:2_mean', 11, { run_type: 'aggregate' }),
        repetition('f/8/repeats:2_cv', 0.1, { run_type: 'aggregate' }),
        repetition('slow', 1.5, { time_unit: 'us' }),
        { name: 'broken', run_type: 'iteration', error_occurred: true, error_message: 'e' },
        { name: 'later', run_type: 'iteration', skipped: 'skipped with message' },
      ]),
      unit: 'ns',
      samples: { 'f/8,64 bytes': [10, 12], 'slow,all': [1500] },
      leftOut: [
        ['statistics over the repetitions', ['f/8/repeats:2_mean', 'f/8/repeats:2_cv']],
        ['benchmarks that failed or were skipped', ['broken', 'later']],
      ],
    },
  ],
  [
    "Google Benchmark's CSV below what it says of the machine; a name that ends like a statistic is none",
    {
      format: 'google-benchmark-csv',
      text: lines(
        'Run on (2 X 2100 MHz CPU s)',
        'CPU Caches: "x"',
        GOOGLE_HEADER,
        '"f",100,10,10,ns,,,,,',
        '"f",100,12,10,ns,,,,,',
        '"f_mean",2,11,10,ns,,,,,',
        '"f_largest",2,12,10,ns,,,,,',
        '"find_mean",100,7,7,ns,,,,,',
        '"f_BigO",,3,3,ns,,,,,',
        '"gone",,,,,,,,true,"no device"',
      ),
      unit: 'ns',
      samples: { 'f,all': [10, 12], 'find_mean,all': [7] },
      leftOut: [
        ['statistics over the repetitions', ['f_mean', 'f_largest', 'f_BigO']],
        ['benchmarks that failed or were skipped', ['gone']],
      ],
    },
  ],
  [
    "criterion's raw.csv, divided by its iterations",
    {
      format: 'criterion-csv',
      text: lines(
        'group,function,value,throughput_num,throughput_type,sample_measured_value,unit,iteration_count',
        'walk,copy,4096,,,600,ns,100',
        'walk,copy,4096,,,1300,ns,200',
        'walk,,,,,50,ns,1',
      ),
      unit: 'ns',
      samples: { 'walk/copy/4096,all': [6, 6.5], 'walk,all': [50] },
    },
  ],
  [
    "an older criterion's raw.csv",
    {
      format: 'criterion-csv',
      text: lines('group,function,value,sample_time_nanos,iteration_count', 'g,f,,900,3'),
      unit: 'ns',
      samples: { 'g/f,all': [300] },
    },
  ],
  [
    "pytest-benchmark's rounds, with the file where two tests have one name",
    {
      format: 'pytest-benchmark',
      text: pytest([
        {
          name: 't',
          fullname: 'a.py::t',
          group: null,
          stats: { data: [0.5, 0.25], iterations: 1 },
        },
        { name: 't', fullname: 'b.py::t', group: 'g', stats: { data: [2], iterations: 10 } },
        { name: 'u', fullname: 'b.py::u', group: null, stats: { data: [0, 3], iterations: 1 } },
      ]),
      unit: 's',
      samples: { 'a.py::t,all': [0.5, 0.25], 'b.py::t,g': [2], 'u,all': [3] },
      leftOut: [['rounds of zero seconds', ['u']]],
      warning: /Of 1 of 3 tests each sample is the mean/,
    },
  ],
  [
    "Go's lines, without processors in the names",
    {
      format: 'go',
      text: lines(
        'pkg: walk',
        'BenchmarkCopy/page-2 \t 100\t 55.5 ns/op\t 0 B/op',
        'BenchmarkCopy/page-2 \t 100\t 56 ns/op\t 0 B/op',
        'BenchmarkOdd-2 \t 100\t 3 widgets/op',
        '--- FAIL: BenchmarkBad-2',
        'PASS',
      ),
      unit: 'ns',
      samples: { 'Copy/page,all': [55.5, 56] },
      leftOut: [
        ['lines without ns/op', ['Odd-2']],
        ['benchmarks that failed', ['Bad-2']],
      ],
    },
  ],
  [
    "Go's lines of several numbers of processors",
    {
      format: 'go',
      text: lines(
        'BenchmarkA 10 5 ns/op',
        'BenchmarkA-4 10 2 ns/op',
        'BenchmarkB 1 9 ns/op',
        'BenchmarkB-4 1 8 ns/op',
      ),
      unit: 'ns',
      samples: {
        'A,1 processors': [5],
        'A,4 processors': [2],
        'B,1 processors': [9],
        'B,4 processors': [8],
      },
    },
  ],
  [
    "Go's names that end with a number of their own",
    {
      format: 'go',
      text: lines('BenchmarkA 10 5 ns/op', 'BenchmarkB/size-8 10 2 ns/op'),
      unit: 'ns',
      samples: { 'A,all': [5], 'B/size-8,all': [2] },
      warning: /taken for a part of the names/,
    },
  ],
  [
    "sel4bench's raw cycles, without zeros",
    {
      format: 'sel4bench',
      text: sel4({ Function: 'Call', Min: 3, Samples: 3, 'Raw results': [3, 0, 5] }),
      unit: 'cycles',
      samples: { 'ipc,Function=Call': [3, 5] },
      leftOut: [['cycles of zero', ['ipc, Function=Call']]],
    },
  ],
  [
    'JSON Lines of sel4bench',
    {
      format: 'sel4bench',
      text: lines(
        json({ Benchmark: 'a', Results: [{ 'Raw results': [1] }] }),
        json({ Benchmark: 'b', Results: [{ 'Raw results': [2] }] }),
      ),
      unit: 'cycles',
      samples: { 'a,all': [1], 'b,all': [2] },
    },
  ],
];

describe('formats of other tools', () => {
  it.each(GOOD)('%s', async (_, { format, text, unit, samples, leftOut = [], warning }) => {
    for (const from of [undefined, format]) {
      const read = await take(text, from === undefined ? {} : { from });
      expect(read.source.format).toBe(format);
      expect(read.unit).toBe(unit);
      expect(read.samples).toEqual(samples);
      expect((read.leftOut ?? []).map(({ what, names }) => [what, names])).toEqual(leftOut);
      if (warning !== undefined) expect(read.warnings?.join(' ')).toMatch(warning);
    }
  });

  it('are named by benchmark.json beside a sample of criterion, or by --arm', async () => {
    const text = json({ sampling_mode: 'Flat', iters: [10, 20], times: [100, 220] });
    expect((await take(text, { arm: 'mine' })).samples).toEqual({ 'mine,all': [10, 11] });
    await expect(take(text)).rejects.toMatchObject({
      kind: 'usage',
      advice: 'Name it: --arm NAME.',
    });
    await writeFile(join(root, 'benchmark.json'), json({ full_id: 'walk/copy' }));
    expect((await take(text)).samples).toEqual({ 'walk/copy,all': [10, 11] });
  });

  it('are read in the unit that is asked for, where that is one of time', async () => {
    const text = json({ results: [{ command: 'a', mean: 1, times: [0.25] }] });
    expect((await take(text, { unit: 'ms' })).samples).toEqual({ 'a,all': [250] });
    await expect(take(text, { unit: 'cycles' })).rejects.toThrow('cannot be given in cycles');
  });

  it('are told from each other: none fits another one’s file', async () => {
    for (const [, { format, text }] of GOOD) {
      for (const { name } of FORMATS) {
        if (name === format) continue;
        await expect(take(text, { from: name }), `${format} as ${name}`).rejects.toMatchObject({
          kind: 'usage',
        });
      }
    }
  });

  it.each([
    ['command,mean,stddev,median,user,system,min,max\na,1,0,1,1,1,1,1\n', 'means are no samples'],
    [json({ results: [{ command: 'a', mean: 1 }] }), 'has no times'],
    [
      json({
        results: [
          { command: 'a', mean: 1, times: [1] },
          { command: 'a', mean: 1, times: [1] },
        ],
      }),
      'second result of "a"',
    ],
    [json({ results: [{ command: 'a', mean: 1, times: [1, null] }] }), 'times[1] is null'],
    [google([repetition('f_mean', 1, { run_type: 'aggregate' })]), 'statistics alone'],
    [
      lines(GOOGLE_HEADER, ...['mean', 'median', 'stddev'].map((s) => `"f_${s}",3,1,1,ns,,,,,`)),
      'statistics alone',
    ],
    [google([repetition('f', 1, { time_unit: '' })]), 'no unit'],
    [pytest([{ name: 't', fullname: 't', stats: { mean: 1 } }]), 'has no data'],
    [json({ mean: { point_estimate: 1 }, slope: null }), 'estimates are no samples'],
    [sel4({ Function: 'Call', Min: 3, Samples: 3 }), 'no raw results'],
    [
      json([{ metric: 'a', cycles: [0, 0, 0, 9, 0, 0, 1, 5] }]),
      'zeros stand for what does not exist',
    ],
    ['BenchmarkA 10 x ns/op\n', 'ns/op is "x"'],
    ['{"results": [', 'begins as JSON, and is none'],
    ['1\n2\n', 'does not say what was measured'],
    ['who,ns\na,1\n', 'no format that is recognised'],
  ])('refuses %j and leaves nothing', async (text, message) => {
    const before = await readdir(root);
    await expect(take(text)).rejects.toThrow(message);
    const after = (await readdir(root)).filter((name) => !name.startsWith('source-'));
    expect(after).toEqual(before.filter((name) => !name.startsWith('source-')));
  });
});

const columns = (more: Partial<Columns> = {}): Columns => ({
  ...{ arm: 'm', values: ['v'], states: [], header: true },
  ...more,
});
const wide = ({ arm, ...rest }: Columns): Columns => rest;
const table = (more: Partial<Columns> = {}) => ({ columns: columns(more), unit: 'ns' });

describe('tables of anybody’s', () => {
  it.each<[string, string, Partial<ImportRequest> & { arm?: string }, Record<string, number[]>]>([
    ['semicolons, decimal commas', 'm;v\na;1,5\na;20,25\n', table(), { 'a,all': [1.5, 20.25] }],
    ['tabs', 'm\tv\na\t1.5\n', table(), { 'a,all': [1.5] }],
    ['what is said to part columns', 'm|v\na|1.5\n', table({ delimiter: '|' }), { 'a,all': [1.5] }],
    [
      'comments, blank lines, CRLF, a mark',
      '\ufeff# x\r\nm,v\r\n# y, "z\r\na,1\r\n\r\n',
      table(),
      { 'a,all': [1] },
    ],
    [
      'several columns of state',
      'm,g,c,v\na,x,1,5\n',
      table({ states: ['g', 'c'] }),
      { 'a,"x, 1"': [5] },
    ],
    [
      'a column an arm',
      'p,a,b\n0,1,2\n',
      { columns: wide(columns({ values: ['a', 'b'] })), unit: 'ns' },
      { 'a,all': [1], 'b,all': [2] },
    ],
    [
      'one arm',
      'p,v\n0,7\n',
      { columns: wide(columns()), unit: 'ns', arm: 'one' },
      { 'one,all': [7] },
    ],
    ['totals', 'm,v,n\na,30,10\n', table({ divisor: 'n' }), { 'a,all': [3] }],
    [
      'no header',
      '7\r\n8\r\n',
      { columns: wide(columns({ values: [], header: false })), unit: 'ns', arm: 'one' },
      { 'one,all': [7, 8] },
    ],
    [
      'no header, by places',
      'a,7\nb,8\n',
      table({ arm: '1', values: ['2'], header: false }),
      { 'a,all': [7], 'b,all': [8] },
    ],
    ['an arm like a formula’s or a comment’s text', 'm,v\n"#1",1\n', table(), { '#1,all': [1] }],
    [
      'three decimals where others show it',
      'm;v\na;1,234\na;0,5\n',
      table(),
      { 'a,all': [1.234, 0.5] },
    ],
    [
      'three decimals where it is said',
      'm;v\na;1,234\n',
      table({ decimal: ',' }),
      { 'a,all': [1.234] },
    ],
  ])('are read: %s', async (_, text, request, samples) => {
    expect((await take(text, request)).samples).toEqual(samples);
  });

  it.each<[string, string, Partial<ImportRequest> & { arm?: string }]>([
    ['m,v\na,0x3E8\n', 'line 2: v is "0x3E8", written in hexadecimal', table()],
    ['m;v\na;1.234,5\n', 'written with separators', table()],
    ['m;v\na;1,234\n', '"1,234" may be a thousand or have three decimals', table()],
    ['m;v\na;1.234\na;5.678\n', '"1.234" may be a thousand or have three decimals', table()],
    ['m;v\na;1,5\na;2.5\n', 'line 3: v is "2.5", written in another way', table()],
    ['m;v\na;1.234\na;2,5\n', 'line 2: "1.234" may be a thousand', table()],
    ['m,v\na,Infinity\n', 'not a number', table()],
    ['m,v\na,1e999\n', 'too large', table()],
    ['m,v\na,1e-999\n', 'too small', table()],
    ['# c\n\nm,v\n# c\na,-1\n', 'line 5: v is "-1", below zero', table()],
    ['m,v,v\na,1,2\n', 'two columns of this name', table()],
    ['m,v,n\na,1,0\n', 'nothing can be divided', table({ divisor: 'n' })],
    ['m,v\na,1\n', 'name the same column', table({ arm: 'v' })],
    ['m,v\na,1\n', 'Nothing says what was measured', { columns: wide(columns()), unit: 'ns' }],
    ['m,mean,stddev\na,1,2\n', 'Means are no samples', table({ values: ['mean'] })],
    [
      '1,5\n2,5\n',
      'has 2 columns',
      { columns: wide(columns({ values: [], header: false })), unit: 'ns', arm: 'a' },
    ],
    ['a,1\n', 'columns have no names', table({ header: false })],
    ['m,v\n"a\u0000",1\na␀,2\n', 'Two names would read the same', table()],
  ])('%j is refused: %s', async (text, message, request) => {
    await expect(take(text, request)).rejects.toThrow(message);
  });

  it('take any name: those of scripts, and what cannot be seen', async () => {
    const names = ['constructor', '__proto__', 'toString', 'a\u0000b', '"x\ny"'];
    const read = await take(`m,v\n${names.map((name, n) => `${name},${n}`).join('\n')}\n`, table());
    expect(read.measures.map(({ arm, p50 }) => [arm, p50])).toEqual([
      ['constructor', 0],
      ['__proto__', 1],
      ['toString', 2],
      ['a␀b', 3],
      ['x␊y', 4],
    ]);
  });

  it('of several files, are of a boot each, and named all', async () => {
    const paths = ['one.csv', 'two.csv'].map((name) => join(root, name));
    for (const path of paths) await writeFile(path, 'm,v\na,1\n');
    const folder = await importSamples(
      { files: paths.map((path) => ({ path })), ...table(), benchmark: 'b' },
      root,
      new Date(0),
    );
    const { imported } = await readImported(folder);
    expect([imported.source, ...(imported.furtherSources ?? [])].map(({ name }) => name)).toEqual([
      'one.csv',
      'two.csv',
    ]);
    expect(await readFile(join(folder, 'samples.csv'), 'utf8')).toBe(
      'boot,block,batch,arm,state,value\n0,0,0,a,all,1\n1,0,0,a,all,1\n',
    );
  });
});
