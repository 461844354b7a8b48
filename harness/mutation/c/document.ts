/** The result as a document: the score of each room, what survived, and what is excused. */
import { markdownTable } from '../../../reports/docs/regions.ts';
import { type Excuse, excuseOf } from './excuses.ts';
import { type Mutant, roomOf, type Verdict } from './mutant.ts';

/** A mutant that compiled to other code than the product's, with what became of it. */
export interface Tried {
  mutant: Mutant;
  verdict: Verdict;
}

/** What a whole draw came to. */
export interface Result {
  seed: number;
  /** Short hash of the commit; with `changed`, what was tried is not quite that. */
  commit: string;
  changed: boolean;
  /** Lines of every file that was drawn from. */
  lines: Readonly<Record<string, number>>;
  tried: readonly Tried[];
  excuses: readonly Excuse[];
}

/** Mutants of a room. */
interface Score {
  files: number;
  lines: number;
  mutants: number;
  killed: number;
  excused: number;
  survived: number;
}

const NOTHING: Score = { files: 0, lines: 0, mutants: 0, killed: 0, excused: 0, survived: 0 };

function add(a: Score, b: Partial<Score>): Score {
  return {
    files: a.files + (b.files ?? 0),
    lines: a.lines + (b.lines ?? 0),
    mutants: a.mutants + (b.mutants ?? 0),
    killed: a.killed + (b.killed ?? 0),
    excused: a.excused + (b.excused ?? 0),
    survived: a.survived + (b.survived ?? 0),
  };
}

/** Scores by room, in the order of their names. */
export function scoresOf(result: Result): Map<string, Score> {
  const scores = new Map<string, Score>();
  const count = (file: string, part: Partial<Score>) =>
    scores.set(roomOf(file), add(scores.get(roomOf(file)) ?? NOTHING, part));
  for (const [file, lines] of Object.entries(result.lines)) count(file, { files: 1, lines });
  for (const { mutant, verdict } of result.tried) {
    const fate =
      verdict.outcome === 'killed'
        ? 'killed'
        : excuseOf(result.excuses, mutant)
          ? 'excused'
          : 'survived';
    count(mutant.file, { mutants: 1, [fate]: 1 });
  }
  return new Map([...scores].sort(([a], [b]) => a.localeCompare(b)));
}

/** The part of the mutants without excuse that was noticed, as percent. */
export function percentOf({
  mutants,
  excused,
  killed,
}: Pick<Score, 'mutants' | 'excused' | 'killed'>) {
  const counted = mutants - excused;
  return counted === 0 ? '–' : `${((killed / counted) * 100).toFixed(1)} %`;
}

const COLUMNS = [
  'room',
  'files',
  'lines',
  'mutants',
  'noticed',
  'excused',
  'unnoticed',
  'score',
].map((label) => ({ label, align: label === 'room' ? ('left' as const) : ('right' as const) }));

/** The table of scores. */
export function scoreTable(result: Result): string {
  const scores = scoresOf(result);
  const row = (name: string, score: Score) => [
    name,
    ...[score.files, score.lines, score.mutants, score.killed, score.excused, score.survived].map(
      (n) => n.toLocaleString('en'),
    ),
    percentOf(score),
  ];
  const total = [...scores.values()].reduce(add, NOTHING);
  const rooms = [...scores].map(([name, score]) => row(`\`${name}\``, score));
  return markdownTable(COLUMNS, [...rooms, row('all', total)]);
}

/** Excuses of mutants that a test did notice. */
export function wrongExcuses({ tried, excuses }: Pick<Result, 'tried' | 'excuses'>): Excuse[] {
  return tried.flatMap(({ mutant, verdict }) => {
    const excuse = verdict.outcome === 'killed' ? excuseOf(excuses, mutant) : undefined;
    return excuse === undefined ? [] : [excuse];
  });
}

function changeOf({ from, to }: Pick<Mutant, 'from' | 'to'>): string {
  return `${code(shortened(from))} → ${code(shortened(to))}`;
}

function shortened(text: string): string {
  return text.length > 70 ? `${text.slice(0, 67)}...` : text;
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** docs/mutation.md. */
export function documentOf(result: Result): string {
  const survivors = result.tried.filter(
    ({ mutant, verdict }) =>
      verdict.outcome === 'survived' && excuseOf(result.excuses, mutant) === undefined,
  );
  const excused = result.tried.flatMap(({ mutant, verdict }) => {
    const excuse = excuseOf(result.excuses, mutant);
    return verdict.outcome === 'survived' && excuse ? [{ mutant, excuse }] : [];
  });
  const unnoticed = survivors.map(({ mutant, verdict }) => [
    `\`${mutant.file}:${mutant.line}\``,
    mutant.kind,
    changeOf(mutant),
    verdict.by,
  ]);
  const left = (label: string) => ({ label, align: 'left' as const });
  return `# Mutation testing of the C code

<!-- Written by npm run mutate:c; change that, not this file. -->

\`npm run mutate:c\` changes one thing at a time in the C files of \`native/\`, and asks the host tests (\`make -C native check\`, with their sanitizers) whether they notice. Changes are drawn by a seed over all files, in proportion to their lines, and in a file over the kinds of change: a condition negated, a bound moved by one, an operator or a constant changed, a call, a store or a way out left out, an error given as success. What does not compile is no change, and neither is one that leaves the code that the compiler makes of the file as it is; another is drawn. Directives of the preprocessor, headers and assembly are not changed. A test that fails, a sanitizer that speaks and a time limit notice a change.

An interrupted run goes on where it was. \`--files 'vmi/*.c'\` tries some files and writes no document; \`--number\` and \`--seed\` draw others. It takes the better part of an hour, and is no part of \`npm test\`.

## Score

${result.tried.length.toLocaleString('en')} changes by seed ${result.seed}, at commit ${result.commit}${result.changed ? ' with changes' : ''}. The score leaves out those that are excused.

${scoreTable(result)}

## Unnoticed

${unnoticed.length === 0 ? 'None.' : markdownTable([left('where'), left('kind'), left('change'), left('')], unnoticed)}

## Excused

The program does the same with these, for the reason that stands beside each (\`harness/mutation/c/excused.json\`).

${
  excused.length === 0
    ? 'None.'
    : markdownTable(
        [left('where'), left('change'), left('why')],
        excused.map(({ mutant, excuse }) => [
          `\`${mutant.file}:${mutant.line}\``,
          changeOf(mutant),
          excuse.why,
        ]),
      )
}
`;
}
