/**
 * pytest-benchmark's JSON (https://pytest-benchmark.readthedocs.io): the time of one iteration in each round,
 * where the file was written with the data of the rounds.
 */
import type { JsonFormat } from './format.ts';
import { costsAt, isObject, objectsOf, property, shapeError, textAt } from './shape.ts';

/** `--benchmark-json`, or a saved run with its data. */
export const pytestBenchmark: JsonFormat = {
  kind: 'json',
  name: 'pytest-benchmark',
  made: 'pytest `--benchmark-json=FILE`, or `--benchmark-save=NAME --benchmark-save-data`',
  arm: 'the test; with its file where two have one name; its group is the state',
  unit: 's (an iteration)',
  not: 'left out: rounds of zero; warned of: rounds of several iterations, whose mean is one sample; refused: statistics without the data of the rounds',
  fits: (document) =>
    isObject(property(document, 'machine_info')) &&
    (objectsOf(property(document, 'benchmarks'))?.every((one) =>
      isObject(property(one, 'stats')),
    ) ??
      false),
  async read(document, { path }, sink) {
    sink.unit('s');
    const benchmarks = objectsOf(property(document, 'benchmarks')) ?? [];
    const names = benchmarks.map((one, place) =>
      textAt(path, property(one, 'name'), `benchmarks[${place}].name`),
    );
    let grouped = 0;
    for (const [place, one] of benchmarks.entries()) {
      const where = `benchmarks[${place}]`;
      const short = names[place] as string;
      const alone = names.filter((name) => name === short).length === 1;
      const name = alone ? short : textAt(path, property(one, 'fullname'), `${where}.fullname`);
      const stats = property(one, 'stats');
      if (property(stats, 'data') === undefined) {
        throw shapeError(
          path,
          `${where}.stats`,
          'has no data: statistics are no samples',
          'Have pytest write the rounds, too: --benchmark-json=FILE, or --benchmark-save-data.',
        );
      }
      const group = property(one, 'group');
      const state = typeof group === 'string' && group !== '' ? { state: [group] } : {};
      for (const [index, time] of costsAt(
        path,
        property(stats, 'data'),
        `${where}.stats.data`,
      ).entries()) {
        if (time === 0) sink.leftOut('rounds of zero seconds', name);
        else sink.sample({ arm: [name], ...state }, time);
        if (index % 4096 === 4095) await sink.room();
      }
      if (property(stats, 'iterations') !== 1) grouped += 1;
    }
    if (grouped > 0) {
      sink.warn(
        `Of ${grouped} of ${benchmarks.length} tests each sample is the mean of several iterations: single iterations spread wider.`,
      );
    }
  },
};
