/**
 * What `go test -bench` prints (https://go.dev/design/14313-benchmark-format): a line a run, whose value is
 * the mean of that run's iterations.
 */
import { readFile } from 'node:fs/promises';
import { csvError } from '../../store/csv.ts';
import type { TextFormat } from './format.ts';
import { numberOf } from './shape.ts';

const LINE = /^Benchmark(?<name>\S*)\s+(?<iterations>\d+)\s+(?<values>\S.*)$/;
const ENDED = /^\s*--- (?<how>FAIL|SKIP): Benchmark(?<name>\S*)/;
const PACKAGE = /^pkg:\s+(?<name>\S+)/;
const PROCESSORS = /^(?<base>.+)-(?<count>\d+)$/;
const UNIT = 'ns/op';

interface Run {
  name: string;
  pkg: string;
  line: number;
  time: number;
}

/** The values of a line by their units. */
function valuesOf(text: string): Map<string, string> {
  const words = text.trim().split(/\s+/);
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    pairs.set(words[at + 1] as string, words[at] as string);
  }
  return pairs;
}

/** A name and the number of processors at its end; without one where it has none, as Go writes one processor. */
function split(name: string): { base: string; count: string } {
  const { base = name, count = '1' } = PROCESSORS.exec(name)?.groups ?? {};
  return { base, count };
}

/**
 * Whether the numbers at the ends of the names are processors: then every benchmark was run with the same
 * ones.
 */
function endWithProcessors(names: readonly string[]): boolean {
  const counts = new Map<string, Set<string>>();
  for (const { base, count } of names.map(split)) {
    counts.set(base, (counts.get(base) ?? new Set()).add(count));
  }
  const sets = [...counts.values()].map((set) => [...set].sort().join());
  return new Set(sets).size === 1;
}

/** The text of `go test -bench`. */
export const goTest: TextFormat = {
  kind: 'text',
  name: 'go',
  made: '`go test -bench . -count N`, its text',
  arm: 'the benchmark without `Benchmark` and without the number of processors at its end; its package before it where there are several; with `-cpu` of several numbers, the processors are the state',
  unit: 'ns (an operation)',
  not: 'left out: lines without ns/op, failed and skipped benchmarks, times of zero; warned of: each sample is the mean of a run’s operations, names whose end may or may not be processors',
  fits: (head) => head.split(/\r?\n/).some((line) => LINE.test(line) && line.includes(UNIT)),
  async read({ path }, sink) {
    sink.unit('ns');
    const runs: Run[] = [];
    let pkg = '';
    for (const [index, text] of (await readFile(path, 'utf8')).split(/\r?\n/).entries()) {
      const line = index + 1;
      pkg = PACKAGE.exec(text)?.groups?.name ?? pkg;
      const ended = ENDED.exec(text)?.groups;
      if (ended !== undefined) {
        const how =
          ended.how === 'FAIL' ? 'benchmarks that failed' : 'benchmarks that were skipped';
        sink.leftOut(how, ended.name ?? '');
      }
      const found = LINE.exec(text)?.groups;
      if (found === undefined) continue;
      const { name = '', values = '' } = found;
      const written = valuesOf(values).get(UNIT);
      const time = numberOf(written);
      if (written === undefined) sink.leftOut('lines without ns/op', name);
      else if (time === undefined || time < 0) {
        throw csvError(path, line, `${UNIT} is ${JSON.stringify(written)}, no number from zero up`);
      } else if (time === 0) sink.leftOut('times of zero', name);
      else runs.push({ name, pkg, line, time });
    }
    const packages = new Set(runs.map((run) => run.pkg));
    const parted = endWithProcessors(runs.map(({ name }) => name));
    const several = new Set(runs.map(({ name }) => split(name).count)).size > 1;
    for (const { name, pkg: own, time } of runs) {
      const { base, count } = parted ? split(name) : { base: name, count: '' };
      const arm = packages.size > 1 ? `${own}.${base}` : base;
      sink.sample(
        { arm: [arm], ...(parted && several ? { state: [`${count} processors`] } : {}) },
        time,
      );
    }
    await sink.room();
    if (!parted && several) {
      sink.warn(
        'Numbers at the ends of names differ from benchmark to benchmark: they were taken for a part of the names, not for processors.',
      );
    }
    sink.warn(
      'Each sample is the mean of the operations of one run of a benchmark: single operations spread wider.',
    );
  },
};
