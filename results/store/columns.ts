/**
 * Columns of the two tables of pages, and the rows that a batch gives them.
 */

import { SAMPLE_FIELDS } from '../../harness/protocol/records.ts';
import type { RecordedBatch } from '../../harness/run/recorder.ts';
import { JOB_COLUMNS } from './place-columns.ts';
import { type CsvTable, column } from './table.ts';

const BATCH_PLACE = [
  ...JOB_COLUMNS,
  column('pass', 'integer', '', 'pass of its job over all pages, from 0, warm-up passes included'),
  column('warmup', 'flag', '', '1: of a warm-up pass, which is in no figure'),
  column('batch', 'integer', '', 'batch of its pass, from 0'),
];

const TICKS = 'ticks';

/** What each field of a sample is, under its name in the protocol. */
const SAMPLE_MEANINGS: Readonly<Record<(typeof SAMPLE_FIELDS)[number], string>> = {
  walk: 'reading the page-table entries. In state `batch` 0; by protocol `seed-2018` the whole read, in microseconds',
  map: 'mapping the data page. In state `batch` and by protocol `seed-2018` 0',
  copy: 'copying the page. Upstream LibVMI: 0, part of `map`; by protocol `seed-2018` 0',
  unmap: 'releasing what only this page needed. 0 where the batch is released at once',
  total:
    "the whole page, by one pair of readings; the readings between the phases are in it, the batch's opening and closing are not",
};

/** samples.csv: raw ticks of every page. */
export const SAMPLES = {
  name: 'samples.csv',
  row: 'a page, in the order of measurement',
  when: '`page-walk` was measured',
  columns: [
    ...BATCH_PLACE,
    column('page', 'integer', '', "page of the target's region, from 0"),
    ...SAMPLE_FIELDS.map((name) => column(name, 'integer', TICKS, SAMPLE_MEANINGS[name])),
    column('open_share', 'number', TICKS, "the page's equal share of its batch's `open`"),
    column('close_share', 'number', TICKS, "the page's equal share of its batch's `close`"),
    column('depth', 'integer', 'levels', 'page-table levels that its walk read'),
  ],
} as const satisfies CsvTable;

const NOT_SEEN =
  'it cannot be seen from the introspector (from Dom0, hypercalls: its kernel makes them)';

/** batches.csv: what was counted around the pages of a batch. */
export const BATCHES = {
  name: 'batches.csv',
  row: 'a batch, in the order of measurement',
  when: '`page-walk` was measured',
  columns: [
    ...BATCH_PLACE,
    column('first', 'integer', '', 'its first page, as `page` in samples.csv'),
    column('pages', 'integer', 'pages', 'its pages'),
    column(
      'digest',
      'hex, 16 digits',
      '',
      'digest of all bytes that it read (native/PROTOCOL.md, Digest)',
    ),
    column('depth', 'integer', 'levels', 'page-table levels that each of its walks read'),
    column(
      'open',
      'integer',
      TICKS,
      'preparing for all of its pages; in state `batch` the walks and the one mapping call',
    ),
    column('close', 'integer', TICKS, 'releasing all of them'),
    column('fill', 'integer', TICKS, 'bringing the cache state about: no part of any cost'),
    column('drop', 'integer', TICKS, 'undoing it: no part of any cost'),
    column('maps', 'integer', 'frames', 'frames mapped, from `open` to `close`', NOT_SEEN),
    column('unmaps', 'integer', 'frames', 'frames unmapped meanwhile', NOT_SEEN),
    column('hypercalls', 'integer', 'calls', 'hypercalls meanwhile', NOT_SEEN),
    column('syscalls', 'integer', 'calls', 'system calls meanwhile', NOT_SEEN),
    column(
      'hits',
      'integer',
      'look-ups',
      "look-ups that the library's caches answered meanwhile",
      NOT_SEEN,
    ),
    column(
      'cr3',
      'hex with 0x',
      '',
      "address space of the target that was walked: its vcpu 0's CR3",
    ),
  ],
} as const satisfies CsvTable;

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
