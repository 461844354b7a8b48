/**
 * Samples of a result while it is imported: they go to disk as they come, and stay in memory as numbers alone,
 * by arm, state and batch.
 */
import type { NestedBatch } from '../../harness/analyse/nested.ts';
import { UserError } from '../../infra/errors.ts';
import type { CsvFile } from '../store/files.ts';
import type { Place, SampleSink } from './formats/format.ts';
import { Names, visible } from './names.ts';
import { conversion } from './units.ts';

/** Rows of one kind that were left out, and their names. */
export interface LeftOut {
  what: string;
  rows: number;
  /** The first of them, each once. */
  names: string[];
}

/** Samples of an arm in a state. */
export interface CollectedGroup {
  arm: string;
  state: string;
  batches: readonly NestedBatch[];
}

const MOST_NAMES = 8;
const FIRST_ROOM = 64;

/** Numbers that become more. */
class Series {
  #values = new Float64Array(FIRST_ROOM);
  #length = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

interface Group {
  arm: string;
  state: string;
  batches: Map<string, { path: readonly string[]; series: Series }>;
}

/** What stands where the source has no such level. */
const ABSENT = '0';
const ONE_STATE = ['all'] as const;

/** Takes samples of one result, of several files. */
export class Collector implements SampleSink {
  readonly #table: CsvFile;
  readonly #run: string;
  readonly #wanted: string | undefined;
  readonly #names = { arm: new Names(), state: new Names(), level: new Names() };
  readonly #groups = new Map<string, Group>();
  readonly #leftOut = new Map<string, LeftOut>();
  readonly #warnings = new Set<string>();
  #unit: string | undefined;
  #convert = (value: number) => value;
  /** Boot of samples that name none: each file is one of its own. */
  #boot = ABSENT;

  /**
   * @param table gets every sample
   * @param run the name of the result, the outermost level
   * @param unit that is asked for
   */
  constructor(table: CsvFile, run: string, unit: string | undefined) {
    this.#table = table;
    this.#run = run;
    this.#wanted = unit;
  }

  /** Begins a file, the n-th from 0. */
  begin(place: number): void {
    this.#boot = String(place);
  }

  /** The unit of all samples; undefined where no format says one, and none was asked for. */
  get usedUnit(): string | undefined {
    return this.#wanted ?? this.#unit;
  }

  unit(name: string): void {
    this.#unit ??= name;
    const target = this.#wanted ?? this.#unit;
    const convert = conversion(name, target);
    if (convert === undefined) {
      throw new UserError(`The samples are in ${name}, which cannot be given in ${target}.`, {
        kind: 'usage',
        advice: 'Leave --unit out, or import files of one unit at a time.',
      });
    }
    this.#convert = convert;
  }

  sample({ arm, state = ONE_STATE, boot, block, batch }: Place, value: number): void {
    const converted = this.#convert(value);
    if (!Number.isFinite(converted) || (converted === 0 && value !== 0)) {
      throw new UserError(
        `A sample of ${arm.join(', ')} is out of the range of numbers in ${this.usedUnit}.`,
        {
          advice: 'Give the samples in another unit.',
        },
      );
    }
    const [ownArm, ownState] = [this.#name('arm', arm), this.#name('state', state)];
    const levels = [
      boot === undefined ? this.#boot : this.#name('level', [boot]),
      block === undefined ? ABSENT : this.#name('level', [block]),
      batch === undefined ? ABSENT : this.#name('level', [batch]),
    ];
    // No name has a line end in it.
    const key = `${ownArm}\n${ownState}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { arm: ownArm, state: ownState, batches: new Map() };
      this.#groups.set(key, group);
    }
    const place = levels.join('\n');
    let own = group.batches.get(place);
    if (own === undefined) {
      const [ofBoot = '', ofBlock = '', ofBatch = ''] = levels;
      own = { path: [this.#run, ofBoot, ABSENT, ofBlock, ofBatch], series: new Series() };
      group.batches.set(place, own);
    }
    own.series.add(converted);
    this.#table.put([...levels, ownArm, ownState, converted]);
  }

  leftOut(what: string, which: string): void {
    const known = this.#leftOut.get(what) ?? { what, rows: 0, names: [] };
    known.rows += 1;
    const name = visible(which);
    if (known.names.length < MOST_NAMES && !known.names.includes(name)) known.names.push(name);
    this.#leftOut.set(what, known);
  }

  warn(text: string): void {
    this.#warnings.add(text);
  }

  room(): Promise<void> {
    return this.#table.room();
  }

  /** Arms and states, in the order of their first samples. */
  groups(): CollectedGroup[] {
    return [...this.#groups.values()].map(({ arm, state, batches }) => ({
      arm,
      state,
      batches: [...batches.values()].map(({ path, series }) => ({ path, values: series.values })),
    }));
  }

  /** What was left out. */
  get allLeftOut(): LeftOut[] {
    return [...this.#leftOut.values()];
  }

  /** What must be known. */
  get warnings(): string[] {
    return [...this.#warnings];
  }

  #name(of: 'arm' | 'state' | 'level', parts: readonly string[]): string {
    const name = this.#names[of].of(parts);
    if (name !== undefined) return name;
    throw new UserError(`Two names would read the same: ${JSON.stringify(parts)} and another.`, {
      advice: 'Give one of them another name in the file.',
    });
  }
}
