import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mutationDocument, WANTED_PERCENT } from './document.ts';
import {
  type Excuse,
  type Found,
  type Mutant,
  type Status,
  scores,
  total,
  weigh,
} from './results.ts';
import { filesOf, ROOM_NAMES, type Room } from './rooms.ts';
import { alone } from './sandbox.ts';
import { ROOT, readExcuses } from './store.ts';

const SOURCE = 'const a = 1;\n  if (a > 1 || b) go(\n    a,\n  );\n';
const mutant = (
  status: Status,
  line: number,
  columns: [number, number],
  replacement: string,
): Mutant => ({
  mutatorName: 'ConditionalExpression',
  replacement,
  status,
  location: { start: { line, column: columns[0] }, end: { line, column: columns[1] } },
});
const FOUND: Found = {
  files: {
    'infra/xl/list.ts': {
      source: SOURCE,
      mutants: [
        mutant('Killed', 1, [11, 12], '2'),
        mutant('Timeout', 2, [7, 12], 'true'),
        mutant('Survived', 2, [7, 12], 'a >= 1'),
        mutant('Survived', 2, [7, 17], 'false'),
        {
          ...mutant('NoCoverage', 2, [19, 1], '{}'),
          location: { start: { line: 2, column: 19 }, end: { line: 4, column: 4 } },
        },
        mutant('Ignored', 1, [11, 12], ''),
      ],
    },
  },
};
const EXCUSE: Excuse = {
  file: 'infra/xl/list.ts',
  line: 'if (a > 1 || b) go(',
  mutant: 'a >= 1',
  why: 'a is never 1 | here',
};
const weighed = (excuses: Excuse[] = [EXCUSE]) =>
  weigh(new Map<Room, Found>([['infra/xl', FOUND]]), excuses);

it('counts what was caught, and names what was not by its place and text', () => {
  const { tallies, survivors, stale } = weighed();
  expect(tallies).toEqual([
    {
      room: 'infra/xl',
      killed: 1,
      timeout: 1,
      survived: 2,
      noCoverage: 1,
      excused: 1,
      notTried: 1,
    },
  ]);
  const at = { file: 'infra/xl/list.ts', number: 2, line: 'if (a > 1 || b) go(' };
  expect(survivors).toEqual([
    { ...at, original: 'a > 1', mutant: 'a >= 1', status: 'Survived', why: EXCUSE.why },
    { ...at, original: 'a > 1 || b', mutant: 'false', status: 'Survived', why: undefined },
    { ...at, original: 'go(', mutant: '{}', status: 'NoCoverage', why: undefined },
  ]);
  expect(stale).toEqual([]);
});

it.each<[string, Partial<Excuse>]>([
  ['another line', { line: 'if (a > 2 || b) go(' }],
  ['another mutant', { mutant: 'a < 1' }],
  ['another file', { file: 'infra/xl/guest.ts' }],
])('has an excuse end with its mutant: of %s', (_case, change) => {
  const excuse = { ...EXCUSE, ...change };
  const { tallies, stale } = weighed([excuse]);
  expect(stale).toEqual([excuse]);
  expect(total(tallies).excused).toBe(0);
});

it('scores what was caught of all that was tried, and without the excused', () => {
  const { tallies } = weighed();
  const { ofAll, ofRest } = scores(total([...tallies, ...tallies]));
  expect([ofAll, ofRest]).toEqual([40, 50]);
  expect(scores(total([]))).toEqual({ ofAll: 100, ofRest: 100 });
});

it('is told in tables, in which a text stays in its cell', () => {
  const text = mutationDocument(weighed());
  expect(text).toContain('| `infra/xl` | 1 | 1 | 2 | 1 | 1 | 1 | 40.0 % | 50.0 % |');
  expect(text).toContain('| total | 1 | 1 | 2 | 1 | 1 | 1 | 40.0 % | 50.0 % |');
  expect(text).toContain('| `infra/hosts` | not tried yet |');
  expect(text).toContain('## Not caught (2)');
  expect(text).toContain('| infra/xl/list.ts:2 | `a > 1 \\|\\| b` | `false` |  |');
  expect(text).toContain('| infra/xl/list.ts:2 | `go(` | `{}` | in no test |');
  expect(text).toContain('| infra/xl/list.ts:2 | `a > 1` | `a >= 1` | a is never 1 \\| here |');
});

it('is of files that there are, and excuses lines that there are, each with a word on it', async () => {
  for (const file of ROOM_NAMES.flatMap(filesOf)) await access(join(ROOT, file));
  for (const { file, line, why } of await readExcuses()) {
    const lines = (await readFile(join(ROOT, file), 'utf8')).split('\n').map((text) => text.trim());
    expect(lines, file).toContain(line);
    expect(why).toMatch(/\w+ \w+/);
  }
});

it('caught as much as is wanted in every room that was tried, by the document that is kept', async () => {
  const text = await readFile(join(ROOT, 'docs/mutation-typescript.md'), 'utf8');
  const rows = text.split('\n').filter((line) => / %\s\|$/.test(line));
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    const [, score = ''] = /(\d+\.\d) % \|$/.exec(row) ?? [];
    expect(Number(score), row).toBeGreaterThanOrEqual(WANTED_PERCENT);
  }
});

it('runs where it can write nothing but its own folder, and end nothing but what it started', async () => {
  const [file, args] = await alone(ROOT, join(ROOT, '.stryker'), ['node', 'x']);
  expect(file).toBe('bwrap');
  const words = args.join(' ');
  expect(words).toMatch(/^--ro-bind \/ \/ /);
  expect(words.match(/--bind (\S+) /g)).toEqual([`--bind ${join(ROOT, '.stryker')} `]);
  expect(words).toMatch(/ --unshare-pid .*-- node x$/);
});
