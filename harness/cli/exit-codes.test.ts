import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { answer } from '../run/testing/fake-introspector.ts';
import type { FakeBehaviour } from '../run/testing/fake-testbed.ts';
import { COMMAND_ENDINGS, ENDINGS, type EndingId, exitCodeDocument, pathsIn } from './endings.ts';
import { main } from './main.ts';
import { type Actions, makeProgram } from './program.ts';
import { FakeSignals, memorySurroundings } from './testing.ts';

const OPTIONS = { bench: ['page-walk'], pages: '40', blocks: '2', protocol: 'v1' };
const WRONG = {
  targetLines: (spec: { pages: number; pageSize: string; batch: number }) => [
    `TARGET region base=0x5a0000000000 pages=${spec.pages} page-size=${spec.pageSize} batch=${spec.batch}`,
    `TARGET digest first=0 pages=${spec.pages} digest=0000000000000001`,
    'TARGET ready',
  ],
};

/** The unikernel takes 5 % more ticks a page. */
const slowedDown: FakeBehaviour['reply'] = (from, line) =>
  answer(from, line, (records) =>
    records.map((record) => {
      if (from !== 'minios' || record.type !== 'S') return record;
      const ticks = Buffer.from(record.payload);
      for (let place = 16; place < ticks.length; place += 20) {
        ticks.writeUInt32LE(Math.round(ticks.readUInt32LE(place) * 1.05), place);
      }
      return { ...record, payload: ticks };
    }),
  );

let root: string;
/** Places of the tests' results and files, by name. */
let at: Record<string, string>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-codes-'));
  const file = (name: string) => join(root, name);
  at = {
    good: await sampleResult(root, OPTIONS),
    again: await sampleResult(root, { ...OPTIONS, seed: '2' }),
    slow: await sampleResult(root, OPTIONS, { reply: slowedDown }),
    wrong: await sampleResult(root, OPTIONS, WRONG),
    skipped: await sampleResult(root, OPTIONS, { flask: 'absent' }),
    halves: await sampleResult(root, { ...OPTIONS, blocks: '1', domains: '3' }),
    folder: file('a-folder'),
    none: file('none/x'),
    full: '/dev/full',
    proc: '/proc/x',
    notes: file('notes.md'),
    history: file('own.jsonl'),
    csv: file('samples.csv'),
    bad: file('bad.csv'),
    out: file('out'),
  };
  await mkdir(at.folder as string);
  await writeFile(at.notes as string, '# Notes\n\nNo history.\n');
  await writeFile(at.csv as string, 'method,value\na,1\na,2\na,3\nb,2\nb,3\nb,4\n');
  await writeFile(at.bad as string, 'method,value\na,one\n');
  await command(`history append {good} --file {history}`);
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

function argvOf(line: string): string[] {
  return line
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.replace(/\{(\w+)\}/g, (_, name: string) => at[name] ?? `no ${name}`));
}

async function command(line: string) {
  const surroundings = memorySurroundings();
  const code = await main(argvOf(line), surroundings, new FakeSignals());
  return { code, out: surroundings.stdout.text, err: surroundings.stderr.text };
}

/** The same with its standard output on a full disk. */
async function onFullDisk(line: string) {
  const surroundings = memorySurroundings();
  const stdout = createWriteStream('/dev/full');
  const code = await main(argvOf(line), { ...surroundings, stdout }, new FakeSignals());
  stdout.destroy();
  return { code, err: surroundings.stderr.text };
}

const COLUMNS = '--arm-column method --value-column value --unit ns';

/** Command lines that end so; several where there are several ways. */
const DRIVEN: Readonly<Record<string, Partial<Record<EndingId, readonly string[]>>>> = {
  run: {
    success: ['run --dry-run'],
    unwritable: ['run --out {proc} --bench code-size --state lines'],
    usage: [
      'run --resume {none}',
      'run --minios-image {none}',
      'run --pages 0',
      'run --testbed lab --testbeds {none}',
      'run --frob',
      'run extra',
    ],
  },
  report: {
    success: ['report {good} --format json', 'report {good} {again} --format json --out {out}'],
    failure: ['report {wrong} --format json'],
    error: ['report {none}', 'report {folder}', 'report {notes}', 'report {full}'],
    unwritable: [
      'report {good} --format json --out {proc}',
      'report {good} --format md --out {csv}',
    ],
    usage: ['report', 'report {good} --format frob', 'report ,'],
    skipped: ['report {skipped} --format json'],
  },
  analyse: {
    success: ['analyse {good}'],
    error: ['analyse {none}', 'analyse {wrong}', 'analyse {csv}'],
    usage: ['analyse', 'analyse {good} --seed 1'],
  },
  claims: {
    success: ['claims {good}'],
    error: ['claims {wrong}', 'claims {skipped}', 'claims {none}'],
    usage: ['claims'],
  },
  compare: {
    success: ['compare {good} {again}'],
    error: ['compare {good} {wrong}', 'compare {good} {none}', 'compare {folder} {good}'],
    unwritable: ['compare {good} {again} --report {proc}', 'compare {good} {again} --report {csv}'],
    usage: ['compare {good}', 'compare {good} {again} --margin x', 'compare {good} {good},{good}'],
  },
  gate: {
    success: ['gate {again} --baseline {good} --no-confirm'],
    failure: ['gate {slow} --baseline {good} --no-confirm'],
    error: ['gate {wrong} --baseline {good}', 'gate {good} --baseline {notes}'],
    usage: ['gate {good}', 'gate {good} --baseline {good} --window 0x'],
  },
  calibrate: {
    success: ['calibrate --experiments 1'],
    error: ['calibrate --experiments 1 --aa {none}'],
    unwritable: ['calibrate --experiments 1 --out {folder}'],
    usage: ['calibrate --experiments 0'],
  },
  'false-alarms': {
    success: ['false-alarms {halves}'],
    error: ['false-alarms {none}', 'false-alarms {wrong}'],
    unwritable: ['false-alarms {halves} --out {none}', 'false-alarms {halves} --out {folder}'],
    usage: ['false-alarms', 'false-alarms {halves} --margin 0'],
  },
  sensitivity: {
    error: ['sensitivity {none}', 'sensitivity {wrong}'],
    usage: ['sensitivity'],
  },
  'history append': {
    success: ['history append {good} --file {history}'],
    error: [
      'history append {good} --file {notes}',
      'history append {good} --file {folder}',
      'history append {wrong} --file {history}',
      'history append {none} --file {history}',
    ],
    unwritable: ['history append {good} --file {proc}', 'history append {good} --file {csv}/x'],
    usage: ['history append'],
  },
  'history list': {
    success: ['history list {history}'],
    error: ['history list {notes}', 'history list {none}', 'history list {folder}'],
    usage: ['history list --frob'],
  },
  'history plot': {
    success: ['history plot {history}'],
    error: ['history plot {notes}', 'history plot {none}'],
    unwritable: [
      'history plot {history} --out {none}',
      'history plot {history} --out {folder}',
      'history plot {history} --out {full}',
    ],
    usage: ['history plot --frob'],
  },
  export: {
    success: ['export {good}', 'export {good} --format csv --out /dev/null'],
    error: ['export {wrong}', 'export {none}'],
    unwritable: [
      'export {good} --out {folder}',
      'export {good} --out {none}',
      'export {good} --out {full}',
      'export {good} --out {proc}',
    ],
    usage: ['export', 'export {good} --format frob'],
  },
  import: {
    success: [`import {csv} ${COLUMNS} --out {out}`],
    error: [`import {bad} ${COLUMNS}`, `import {none} ${COLUMNS}`, `import {folder} ${COLUMNS}`],
    unwritable: [`import {csv} ${COLUMNS} --out {proc}`, `import {csv} ${COLUMNS} --out {notes}`],
    usage: ['import {csv}', `import {csv} --arm-column x --value-column value --unit ns`],
  },
  doctor: { usage: ['doctor --frob', 'doctor --testbed lab --testbeds {none}'] },
  clean: {
    success: ['clean --out {folder}'],
    usage: ['clean --dry-run', 'clean --testbed lab --testbeds {none}'],
  },
  worker: { usage: ['worker', 'worker --queue frob'], error: [] },
  completion: {
    success: ['completion bash', 'completion zsh', 'completion fish'],
    usage: ['completion', 'completion tcsh'],
  },
  man: { success: ['man'], usage: ['man run'] },
  help: {
    success: [
      'help',
      'help run',
      'help history append',
      'history',
      '--help',
      'run --help',
      '--version',
      '',
    ],
    usage: [
      'help foo',
      'help history foo',
      'help run foo',
      'history help foo',
      'history frob',
      'frob',
    ],
  },
};

/** Endings that take a host, a queue or a signal, and who drives them. */
const ELSEWHERE: Readonly<Record<string, readonly EndingId[]>> = {
  // harness/cli/jobs.test.ts, campaign.test.ts and harness/e2e: faults, privilege, jobs.
  run: ['failure', 'error', 'crash', 'skipped', 'interrupted'],
  // Of a status that a sample result cannot have: harness/cli/jobs.test.ts.
  report: ['crash', 'interrupted'],
  // No interval is too narrow: harness/calibrate/coverage.test.ts.
  calibrate: ['failure'],
  // They measure.
  sensitivity: ['success', 'failure', 'crash', 'unwritable', 'interrupted'],
  gate: ['interrupted'],
  // They look at this machine, whatever it has.
  doctor: ['success', 'error', 'unwritable', 'interrupted'],
  clean: ['error', 'interrupted'],
  // harness/e2e/queue.e2e.test.ts
  worker: ['error', 'unwritable', 'interrupted'],
};

/** Commands that die of a signal: harness/cli/interrupt.test.ts drives one for all. */
const BY_SIGNAL: EndingId[] = ['interrupted'];

const drivenCells = Object.entries(DRIVEN).flatMap(([path, endings]) =>
  Object.entries(endings).flatMap(([id, lines]) =>
    lines.map((line) => [path, id as EndingId, line] as const),
  ),
);

describe('exit codes', () => {
  it('are told of each command of the program, in a document that is up to date', async () => {
    const program = makeProgram({} as Actions, () => {});
    expect(Object.keys(COMMAND_ENDINGS).toSorted()).toEqual([...pathsIn(program), 'help'].sort());
    const document = new URL('../../docs/exit-codes.md', import.meta.url);
    expect(await readFile(document, 'utf8'), 'npm run docs:exit-codes').toBe(
      exitCodeDocument(program),
    );
  });

  it('are driven, all of them, here or where it is said', () => {
    for (const [path, endings] of Object.entries(COMMAND_ENDINGS)) {
      const here = Object.keys(DRIVEN[path] ?? {});
      const elsewhere = [...(ELSEWHERE[path] ?? []), ...BY_SIGNAL, 'unwritable'];
      for (const id of Object.keys(endings)) expect([...here, ...elsewhere], path).toContain(id);
    }
    expect(Object.keys(ENDINGS)).toContain('unwritable');
  });

  it.each(drivenCells)(
    '%s, %s: %s',
    async (path, id, line) => {
      const { code, out, err } = await command(line);
      expect(code, err).toBe(COMMAND_ENDINGS[path]?.[id]?.code);
      expect(err).not.toMatch(/\n {4}at |defect of tinyvmi-bench/);
      const isQuiet = line.includes('--out /dev/null');
      if (id === 'success' || id === 'failure' || id === 'skipped')
        expect(out !== '').toBe(!isQuiet);
      else {
        expect(err).toMatch(/^(\[.*\n)*(usage|error): /);
        expect(err).toContain('what to do: ');
        // A regular expression says nothing to a person.
        expect(err).not.toMatch(/\[A-Za-z|\\S|\(\?/);
      }
    },
    60_000,
  );

  it('leaves what was there when it cannot be written, and nothing half', async () => {
    const before = (await readdir(root)).sort();
    expect(await readFile(at.notes as string, 'utf8')).toBe('# Notes\n\nNo history.\n');
    await command('export {good} --out {folder}');
    await command('history append {good} --file {notes}');
    expect((await readdir(root)).sort()).toEqual(before);
    expect(await readdir(at.folder as string)).toEqual([]);
  });

  it.each([
    'report {good} --format json',
    'analyse {good}',
    'claims {good} --json',
    'compare {good} {again} --json',
    'gate {again} --baseline {good} --no-confirm --markdown',
    'false-alarms {halves}',
    'history append {good} --file {history}',
    'history list {history}',
    'history plot {history} --json',
    'export {good}',
    `import {csv} ${COLUMNS} --out {out}`,
    'clean --out {folder}',
    'run --dry-run',
    'doctor --offline --json',
    'completion bash',
    'man',
    'help',
    '--help',
    'run --help',
    '--version',
  ])(
    '%s is an error where standard output is a full disk',
    async (line) => {
      const { code, err } = await onFullDisk(line);
      expect(code).toBe(2);
      expect(err).toContain('error: Standard output cannot be written: ENOSPC');
    },
    60_000,
  );

  it('takes a result whose folder has a comma in its name', async () => {
    const { cp } = await import('node:fs/promises');
    const folder = join(root, 'a,b');
    await cp(at.good as string, folder, { recursive: true });
    at.comma = folder;
    for (const line of ['report {comma} --format json', 'analyse {comma}', 'export {comma}']) {
      expect((await command(line)).code).toBe(0);
    }
    expect((await command('compare {comma} {again}')).code).toBe(0);
    expect((await command('compare {comma} {again},{halves} --ignore blocks')).err).not.toContain(
      'not a result',
    );
  }, 60_000);
});
