/**
 * One number a line and nothing else, as bpbench and many scripts write: a file is one arm.
 */
import { UserError } from '../../../infra/errors.ts';
import { readColumns } from '../columns.ts';
import type { TextFormat } from './format.ts';

const NUMBER_LINE = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** One number a line. */
export const numbers: TextFormat = {
  kind: 'text',
  name: 'numbers',
  made: 'one number a line, as of bpbench; the same as `--no-header`',
  arm: '`--arm`, one for each file',
  unit: '`--unit`',
  not: 'refused: a line that is no number, or one below zero',
  fits(head) {
    const lines = head.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    // The last one may be cut.
    const whole = lines.length > 2 ? lines.slice(0, -1) : lines;
    return whole.length > 0 && whole.every((line) => NUMBER_LINE.test(line));
  },
  async read(file, sink) {
    if (file.arm === undefined) {
      throw new UserError(
        `${file.path} has one number a line, and does not say what was measured.`,
        {
          kind: 'usage',
          advice: 'Name it: --arm NAME, once for each file.',
        },
      );
    }
    await readColumns(file, { values: [], states: [], header: false }, sink);
  },
};
