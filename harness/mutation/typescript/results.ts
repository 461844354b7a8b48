/**
 * Reads what Stryker found (its schema: mutation-testing-report-schema), and weighs it: what was caught,
 * what was not, and what of that need not be.
 */
import { ROOM_NAMES, type Room } from './rooms.ts';

/** How a mutant ended, as Stryker names it. */
export type Status =
  | 'Killed'
  | 'Timeout'
  | 'Survived'
  | 'NoCoverage'
  | 'Ignored'
  | 'CompileError'
  | 'RuntimeError'
  | 'Pending';

/** A place in a file; lines and columns begin at 1. */
interface Position {
  line: number;
  column: number;
}

/** One mutant of a file. */
export interface Mutant {
  mutatorName: string;
  replacement?: string;
  status: Status;
  location: { start: Position; end: Position };
}

/** What Stryker writes of a room. */
export interface Found {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}

/** A mutant that nothing can notice, with the reason. It counts while the line is as it was. */
export interface Excuse {
  file: string;
  /** The line that it is in, without the spaces around it. */
  line: string;
  /** What stands there instead, as Stryker tells; of several lines the first. */
  mutant: string;
  why: string;
}

/** A mutant that was not caught. */
export interface Survivor extends Omit<Excuse, 'why'> {
  number: number;
  original: string;
  status: Status;
  /** Why it need not be caught; undefined: it should be. */
  why: string | undefined;
}

/** How many mutants of a room ended how. */
export interface Tally {
  room: Room;
  killed: number;
  timeout: number;
  survived: number;
  noCoverage: number;
  /** Of the last two, how many are excused. */
  excused: number;
  /** Not tried: evaluated when a module is loaded. */
  notTried: number;
}

/** All of it. */
export interface Weighed {
  tallies: Tally[];
  survivors: Survivor[];
  /** Excuses of mutants that there are no more, or that are caught. */
  stale: Excuse[];
}

const firstLine = (text: string) => text.split('\n', 1)[0]?.trim() ?? '';

/** The text that a mutant replaces. */
function originalOf(lines: readonly string[], { start, end }: Mutant['location']): string {
  const [first = '', ...rest] = lines.slice(start.line - 1, end.line);
  if (rest.length > 0) return first.slice(start.column - 1);
  return first.slice(start.column - 1, end.column - 1);
}

function survivorsOf(found: Found): Omit<Survivor, 'why'>[] {
  return Object.entries(found.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    const left = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    return left.map(({ location, replacement = '', status }) => ({
      file,
      number: location.start.line,
      line: (lines[location.start.line - 1] ?? '').trim(),
      original: originalOf(lines, location).trim(),
      mutant: firstLine(replacement),
      status,
    }));
  });
}

const isOf = (excuse: Excuse, { file, line, mutant }: Omit<Survivor, 'why'>) =>
  excuse.file === file && excuse.line === line && excuse.mutant === mutant;

/** Weighs what was found in each room. */
export function weigh(found: ReadonlyMap<Room, Found>, excuses: readonly Excuse[]): Weighed {
  const used = new Set<Excuse>();
  const survivors: Survivor[] = [];
  const tallies = ROOM_NAMES.flatMap((room) => {
    const results = found.get(room);
    if (results === undefined) return [];
    const own = survivorsOf(results).map((survivor): Survivor => {
      const excuse = excuses.find((one) => isOf(one, survivor));
      if (excuse !== undefined) used.add(excuse);
      return { ...survivor, why: excuse?.why };
    });
    survivors.push(...own);
    const all = Object.values(results.files).flatMap(({ mutants }) => mutants);
    const count = (...statuses: Status[]) =>
      all.filter(({ status }) => statuses.includes(status)).length;
    return {
      room,
      killed: count('Killed'),
      timeout: count('Timeout'),
      survived: count('Survived'),
      noCoverage: count('NoCoverage'),
      excused: own.filter(({ why }) => why !== undefined).length,
      notTried: count('Ignored', 'CompileError', 'RuntimeError', 'Pending'),
    };
  });
  const stale = excuses.filter((excuse) => !used.has(excuse));
  return { tallies, survivors, stale };
}

/** The sum of several rooms. */
export function total(tallies: readonly Tally[]): Omit<Tally, 'room'> {
  const sum = (count: (tally: Tally) => number) =>
    tallies.reduce((all, tally) => all + count(tally), 0);
  return {
    killed: sum(({ killed }) => killed),
    timeout: sum(({ timeout }) => timeout),
    survived: sum(({ survived }) => survived),
    noCoverage: sum(({ noCoverage }) => noCoverage),
    excused: sum(({ excused }) => excused),
    notTried: sum(({ notTried }) => notTried),
  };
}

/** The part of the mutants that was caught, in percent: of all that were tried, and without the excused. */
export function scores(tally: Omit<Tally, 'room'>): { ofAll: number; ofRest: number } {
  const { killed, timeout, survived, noCoverage, excused } = tally;
  const caught = killed + timeout;
  const tried = caught + survived + noCoverage;
  const part = (of: number) => (of === 0 ? 100 : (100 * caught) / of);
  return { ofAll: part(tried), ofRest: part(tried - excused) };
}
