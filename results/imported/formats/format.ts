/**
 * What a format of samples is to the import: how it is recognised, and how its samples are read. Each module
 * beside this one knows one format.
 */

/** Where a sample belongs. Names of several parts are joined with commas. */
export interface Place {
  arm: readonly string[];
  /** Absent: there is one state, `all`. */
  state?: readonly string[];
  boot?: string;
  block?: string;
  batch?: string;
}

/** Takes what a format gives. */
export interface SampleSink {
  /** Says the unit of the samples that follow. @throws UserError when it cannot be that which is asked for */
  unit(name: string): void;
  /** Takes a sample, in the unit that was said. */
  sample(place: Place, value: number): void;
  /** Notes a row that is no time: what kind of row, and its name. */
  leftOut(what: string, which: string): void;
  /** Notes what must be known of the samples. */
  warn(text: string): void;
  /** Resolves when there is room for more samples: to be awaited every few thousand. */
  room(): Promise<void>;
}

/** A file that is read. */
export interface SourceFile {
  path: string;
  /** Name of its arm, where the user says it (`--arm`). */
  arm?: string;
}

/** What the documentation says of a format. Plain text. */
export interface FormatFacts {
  /** What is given to `--from`. */
  name: string;
  /** The tool, and how it is made to write this. */
  made: string;
  /** What the arm is, and the state where there is one. */
  arm: string;
  /** Its unit; of a format without one `--unit` is demanded. */
  unit: string;
  /** What is left out by name, warned of and refused. */
  not: string;
}

/** A format of text. */
export interface TextFormat extends FormatFacts {
  kind: 'text';
  /** Whether a file that begins so is of this format. */
  fits(head: string): boolean;
  /** Gives every sample of the file. @throws UserError that says what is wrong with it */
  read(file: SourceFile, sink: SampleSink): Promise<void>;
}

/** A format of JSON, or of JSON Lines, which is then the list of its lines. */
export interface JsonFormat extends FormatFacts {
  kind: 'json';
  fits(document: unknown): boolean;
  read(document: unknown, file: SourceFile, sink: SampleSink): Promise<void>;
}

/** A format. */
export type Format = TextFormat | JsonFormat;
