/** The table of coverage, as text for a terminal and as docs/coverage.md. */
import { type FileCoverage, LEAST_SHARE, percent, shareOf } from './lines.ts';

interface Row {
  name: string;
  lines: number;
  executed: number;
  share: string;
}

function rowOf(name: string, files: readonly FileCoverage[]): Row {
  const sum = (key: 'lines' | 'executed') => files.reduce((all, file) => all + file[key], 0);
  const lines = sum('lines');
  const share = lines === 0 ? 'data only' : percent(shareOf(files));
  return { name, lines, executed: sum('executed'), share };
}

function rows(files: readonly FileCoverage[]): Row[] {
  return [...files.map((file) => rowOf(file.file, [file])), rowOf('total', files)];
}

/** One line a file, the total last; with the lines that did not run, as ranges. */
export function textTable(files: readonly FileCoverage[]): string {
  const missed = [...files.map((file) => rangesOf(file.missed)), ''];
  return rows(files)
    .map(({ name, lines, executed, share }, i) =>
      `${name.padEnd(36)}${`${executed}/${lines}`.padStart(12)}${share.padStart(11)}  ${missed[i]}`.trimEnd(),
    )
    .join('\n');
}

/** docs/coverage.md. */
export function coverageDocument(files: readonly FileCoverage[]): string {
  return `# Coverage of the C code

Lines that the host tests execute (\`make -C native check\`), of every C file that runs inside a domain or in Dom0, counted by gcov. Made by \`npm run docs:coverage\`; \`make -C native coverage\` prints it with the lines that are missed, and fails when a file is in no test or less than ${Math.round(LEAST_SHARE * 100)} % of all lines are executed.

| file | lines | executed | share |
|---|--:|--:|--:|
${rows(files)
  .map(
    (row) =>
      `| ${row.name === 'total' ? 'total' : `\`${row.name}\``} | ${row.lines} | ${row.executed} | ${row.share} |`,
  )
  .join('\n')}
`;
}

/** "3-5 9" of [3, 4, 5, 9]. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}
