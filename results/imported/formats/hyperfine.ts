/**
 * hyperfine's exports (https://github.com/sharkdp/hyperfine): `--export-json` has the time of each run;
 * `--export-csv` has means alone.
 */
import { UserError } from '../../../infra/errors.ts';
import type { JsonFormat, TextFormat } from './format.ts';
import {
  costsAt,
  isObject,
  type JsonObject,
  objectsOf,
  property,
  shapeError,
  textAt,
} from './shape.ts';

function statesOf(result: JsonObject): string[] {
  const parameters = property(result, 'parameters');
  return isObject(parameters)
    ? Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`)
    : [];
}

/** How many runs of a command did not end with 0, by what hyperfine says: null is a signal. */
function failedRuns(result: JsonObject): number {
  const codes = property(result, 'exit_codes');
  return Array.isArray(codes) ? codes.filter((code) => code !== 0).length : 0;
}

/** `--export-json`. */
export const hyperfine: JsonFormat = {
  kind: 'json',
  name: 'hyperfine',
  made: 'hyperfine `--export-json FILE`',
  arm: 'the command, or its name (`-n`); parameters of a scan are the state',
  unit: 's',
  not: 'left out: times of zero, which are what is shorter than the shell’s own; warned of: the shell’s time, which is taken off unless `-N` was given, and commands that failed; refused: a result without times, two commands of one name',
  fits: (document) =>
    objectsOf(property(document, 'results'))?.some(
      (result) => Object.hasOwn(result, 'command') && Object.hasOwn(result, 'mean'),
    ) ?? false,
  async read(document, { path }, sink) {
    sink.unit('s');
    const seen = new Set<string>();
    for (const [place, result] of (objectsOf(property(document, 'results')) ?? []).entries()) {
      const where = `results[${place}]`;
      const command = textAt(path, property(result, 'command'), `${where}.command`);
      const state = statesOf(result);
      const name = [command, ...state].join(', ');
      if (seen.has(name)) {
        throw shapeError(
          path,
          where,
          `is a second result of ${JSON.stringify(name)}`,
          'Give each command a name of its own: hyperfine -n NAME.',
        );
      }
      seen.add(name);
      if (!Array.isArray(property(result, 'times'))) {
        throw shapeError(
          path,
          where,
          'has no times: means are no samples',
          'Export it again with hyperfine --export-json, which has the time of each run.',
        );
      }
      const times = costsAt(path, property(result, 'times'), `${where}.times`);
      for (const [index, time] of times.entries()) {
        if (time === 0) sink.leftOut('times of zero, shorter than the shell’s own', name);
        else sink.sample({ arm: [command], ...(state.length === 0 ? {} : { state }) }, time);
        if (index % 4096 === 4095) await sink.room();
      }
      const failed = failedRuns(result);
      if (failed > 0) {
        sink.warn(
          `${failed} of ${times.length} runs of ${JSON.stringify(name)} did not end with 0.`,
        );
      }
    }
    sink.warn(
      'hyperfine takes the time of its shell off each time unless -N was given, and does not write down whether it was: what is a few milliseconds long depends on it.',
    );
  },
};

/** `--export-csv`: it can be told from samples, and is none. */
export const hyperfineMeans: TextFormat = {
  kind: 'text',
  name: 'hyperfine-csv',
  made: 'hyperfine `--export-csv FILE`',
  arm: '–',
  unit: '–',
  not: 'refused: a row a command, with its mean',
  fits: (head) => /^command,mean,stddev,median,user,system,min,max\b/.test(head),
  async read({ path }) {
    throw new UserError(`${path} has means, one a command, and means are no samples.`, {
      advice: 'Export the time of each run: hyperfine --export-json FILE, and import that.',
    });
  },
};
