/** docs/mutation-typescript.md: what mutants of the rooms were caught, and which were not. */
import { type Survivor, scores, type Tally, total, type Weighed } from './results.ts';
import { ROOM_NAMES } from './rooms.ts';

/** Caught in percent that every room is held to, the excused left out. */
export const WANTED_PERCENT = 85;

const HEAD = `# Mutation testing of the TypeScript code

Made by \`npm run docs:mutation\` from what \`npm run mutate\` found; do not edit.

\`npm run mutate\` has Stryker change one thing after another in the modules that undo, own, lock, verify and decide (\`harness/mutation/typescript/rooms.ts\`): a condition is negated, a bound moved by one, a call, a block, a text left out. Each mutant is run against those unit tests of its own room that reach it. One that no test notices is a fault that no test would notice. It takes about an hour, and a room by itself some minutes (\`npm run mutate -- infra/hosts\`); it is not part of continuous integration. Only mutants of code that was changed since are tried again (\`.stryker/\` has what was found; \`--force\` tries all).

Mutants of code that deletes files and kills processes do that: they run in bubblewrap, with this machine read-only and processes of their own.

- Operators: Stryker's standard ones, all of them, texts of errors included.
- Not tried: what a module evaluates once, when it is loaded (constants, scripts for a shell, schemas): no single test reaches it, and each would take all tests. Tests of their own hold those to their values.
- A mutant that does not end within its time is caught.
- Excused: a mutant that changes nothing that anybody could notice, with a word on each (\`harness/mutation/typescript/excused.json\`). An excuse ends with its line.
`;

const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) =>
  text === '' ? '(nothing)' : `\`${cell(text).replaceAll('`', '´')}\``;

function row(name: string, tally: Omit<Tally, 'room'>): string {
  const { killed, timeout, survived, noCoverage, excused, notTried } = tally;
  const { ofAll, ofRest } = scores(tally);
  const cells = [killed, timeout, survived, noCoverage, excused, notTried];
  return `| ${name} | ${cells.join(' | ')} | ${ofAll.toFixed(1)} % | ${ofRest.toFixed(1)} % |`;
}

function listOf(survivors: readonly Survivor[], more: (survivor: Survivor) => string[]): string[] {
  return survivors.map((survivor) => {
    const { file, number, original, mutant } = survivor;
    const cells = [`${file}:${number}`, code(original), code(mutant), ...more(survivor).map(cell)];
    return `| ${cells.join(' | ')} |`;
  });
}

/** The document. */
export function mutationDocument({ tallies, survivors }: Weighed): string {
  const excused = survivors.filter(({ why }) => why !== undefined);
  const left = survivors.filter(({ why }) => why === undefined);
  return [
    HEAD,
    '| room | killed | out of time | survived | in no test | of them excused | not tried | caught of all | without the excused |',
    '|---|---|---|---|---|---|---|---|---|',
    ...ROOM_NAMES.map((room) => {
      const tally = tallies.find((one) => one.room === room);
      return tally === undefined ? `| \`${room}\` | not tried yet |` : row(`\`${room}\``, tally);
    }),
    row('total', total(tallies)),
    '',
    `## Not caught (${left.length})`,
    '',
    '| place | what stands there | the mutant | |',
    '|---|---|---|---|',
    ...listOf(left, ({ status }) => [status === 'NoCoverage' ? 'in no test' : '']),
    '',
    `## Excused (${excused.length})`,
    '',
    '| place | what stands there | the mutant | why it need not be caught |',
    '|---|---|---|---|',
    ...listOf(excused, ({ why = '' }) => [why]),
    '',
  ].join('\n');
}
