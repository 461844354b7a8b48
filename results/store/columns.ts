/**
 * Columns of the two tables of a result, and the rows that a batch gives them.
 */

import { SAMPLE_FIELDS } from '../../harness/protocol/records.ts';
import type { RecordedBatch } from '../../harness/run/recorder.ts';

/**
 * samples.csv: one row a page, in the order of measurement. `boot` is the life of the testbed, `domain`
 * the creation of the domains in it. Ticks raw; of state `seed-2018`, `walk` holds microseconds; `open_share` and
 * `close_share` are the page's equal share of its batch's opening and closing.
 */
export const SAMPLE_COLUMNS = [
  'boot',
  'domain',
  'block',
  'order',
  'arm',
  'state',
  'pass',
  'warmup',
  'batch',
  'page',
  ...SAMPLE_FIELDS,
  'open_share',
  'close_share',
  'depth',
] as const;

/** batches.csv: one row a batch. A count is empty where it cannot be known. */
export const BATCH_COLUMNS = [
  'boot',
  'domain',
  'block',
  'order',
  'arm',
  'state',
  'pass',
  'warmup',
  'batch',
  'first',
  'pages',
  'digest',
  'depth',
  'open',
  'close',
  'fill',
  'drop',
  'maps',
  'unmaps',
  'hypercalls',
  'syscalls',
  'hits',
  'cr3',
] as const;

type Row = (string | number)[];

function place({ boot, domain, job, batch }: RecordedBatch): Row {
  return [
    boot,
    domain,
    job.block,
    job.order,
    job.arm,
    job.state,
    batch.pass,
    batch.warmup ? 1 : 0,
    batch.batch,
  ];
}

/** The row of a batch. */
export function batchRow(recorded: RecordedBatch): Row {
  const { batch } = recorded;
  return [
    ...place(recorded),
    batch.first,
    batch.pages,
    batch.digest,
    batch.depth,
    batch.open,
    batch.close,
    batch.fill,
    batch.drop,
    batch.maps ?? '',
    batch.unmaps ?? '',
    batch.hypercalls ?? '',
    batch.syscalls ?? '',
    batch.hits ?? '',
    batch.cr3,
  ];
}

/** The rows of its pages. */
export function* sampleRows(recorded: RecordedBatch): Generator<Row, void> {
  const { batch, samples } = recorded;
  const before = place(recorded);
  const after = [batch.open / batch.pages, batch.close / batch.pages, batch.depth];
  const fields = SAMPLE_FIELDS.length;
  for (let page = 0; page < samples.pages; page++) {
    yield [
      ...before,
      batch.first + page,
      ...samples.ticks.subarray(page * fields, (page + 1) * fields),
      ...after,
    ];
  }
}
