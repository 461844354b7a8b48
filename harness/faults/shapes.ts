/** Shapes of guests that owners have, and what has to come of introspecting each: data, and no code. */
import { EXIT_CODES } from '../../infra/errors.ts';
import { consoleOf, type WorkingGuest } from '../e2e/working-guest.ts';

/** A run that has to be refused. */
export interface Refusal {
  exitCode: number;
  /** Part of the reason that it gives. */
  saying: string;
}

/** What has to come of a run: one of these refusals, where there are several. */
export type Expected = 'measured' | readonly Refusal[];

/** One shape. */
export interface Shape {
  /** The shape in a few words, as the table names it. */
  what: string;
  /** The guest that is introspected comes first. `pae` is the guest of pae-guest.S. */
  guests: readonly [WorkingGuest, ...WorkingGuest[]] | 'pae';
  /** What its owner does to it before, when it is at work: a script. */
  before?: string;
  /** And in the middle of the page-walk. */
  meanwhile?: string;
  /** And afterwards, before it is looked at whether it goes on. */
  after?: string;
  /** Options of both runs besides. */
  options?: readonly string[];
  /** And of the page-walk alone. */
  walkOptions?: readonly string[];
  walk: Expected;
  /** Absent: there is nothing to listen to any more. */
  events?: Expected;
  /** Where the guest is not to go on at all: its state. Absent: it goes on. */
  stays?: string;
}

const refusedAs = (exitCode: number, saying: string): Refusal[] => [{ exitCode, saying }];

/** What a run says that finds its guest as its owner had Xen stop it. */
const DISTURBED = refusedAs(
  EXIT_CODES.error,
  'was saved, or asked to suspend or to end, in mid-run',
);

/** The shapes, in the order in which they are tried. */
export const SHAPES: readonly Shape[] = [
  { what: 'PVH', guests: [{ name: 'plain' }], walk: 'measured', events: 'measured' },
  {
    what: 'PV',
    guests: [{ name: 'paravirtual', type: 'pv' }],
    walk: 'measured',
    events: refusedAs(EXIT_CODES.skipped, 'is a PV guest'),
  },
  {
    what: 'HVM, with a device model',
    guests: [{ name: 'full', type: 'hvm' }],
    walk: 'measured',
    events: 'measured',
  },
  {
    what: '32 bits with PAE, EFER 0',
    guests: 'pae',
    walkOptions: ['--address', '0x100000'],
    walk: refusedAs(EXIT_CODES.skipped, 'vcpu 0 is not in long mode'),
    events: refusedAs(EXIT_CODES.usage, 'its state is paused'),
    stays: 'paused',
  },
  {
    what: 'a name with a space',
    guests: [{ name: 'my web' }],
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'a name that begins with that of another guest',
    guests: [{ name: 'shop 2' }, { name: 'shop' }],
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'renamed in mid-run',
    guests: [{ name: 'old name' }],
    meanwhile: 'xl rename "old name" "new name"',
    after: 'xl rename "new name" "old name"',
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'vcpus below maxvcpus, one never brought up',
    guests: [{ name: 'offline', vcpus: 1, maxvcpus: 2 }],
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'a vcpu that was plugged in (`xl vcpu-set`)',
    guests: [{ name: 'plug', vcpus: 1, maxvcpus: 2, parameters: 'plug=1' }],
    before: `xl vcpu-set plug 2\nuntil grep -q PLUGGED ${consoleOf('plug')}; do sleep 1; done`,
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'memory below maxmem, given back by its balloon driver',
    guests: [{ name: 'pod', more: { maxmem: 256 } }],
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'memory below maxmem, populated on demand still',
    guests: [
      {
        name: 'on demand',
        more: { maxmem: 256 },
        // Its balloon driver is told that it may keep all of it.
        prepared:
          'xenstore-write "/local/domain/$(xl domid "on demand")/memory/target" $((256 * 1024))',
      },
    ],
    walk: refusedAs(EXIT_CODES.skipped, 'is populated on demand'),
    events: 'measured',
  },
  {
    what: 'ballooned (`xl mem-set`)',
    guests: [{ name: 'ballooned', more: { memory: 192, maxmem: 192 } }],
    before: 'xl mem-set ballooned 128',
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'device memory where pages are asked for (the VGA hole)',
    guests: [{ name: 'devices', type: 'hvm', parameters: 'nokaslr' }],
    walkOptions: ['--address', '0xffff8880000a0000'],
    walk: refusedAs(EXIT_CODES.usage, 'no page of memory is mapped at'),
    events: 'measured',
  },
  {
    what: 'saved and restored before',
    guests: [{ name: 'restored' }],
    before: 'xl save restored /root/saved\nxl restore -e /root/saved >/dev/null\nrm /root/saved',
    walk: 'measured',
    events: 'measured',
  },
  {
    what: 'saved in mid-run, and gone on (`xl save -c`)',
    guests: [{ name: 'checkpointed' }],
    meanwhile: 'xl save -c checkpointed /root/saved\nrm /root/saved',
    walk: DISTURBED,
    events: 'measured',
  },
  {
    what: 'rebooted in mid-run',
    guests: [{ name: 'rebooted', isTended: true }],
    meanwhile: `rm ${consoleOf('rebooted')}\nxl reboot rebooted`,
    // It is looked at while it shuts down, or when it has.
    walk: [...DISTURBED, ...refusedAs(EXIT_CODES.crash, 'The target died in mid-run')],
    events: 'measured',
  },
  {
    what: 'paused by its owner',
    guests: [{ name: 'paused' }],
    before: 'xl pause paused',
    after: 'xl unpause paused',
    walk: 'measured',
    events: refusedAs(EXIT_CODES.usage, 'its state is paused'),
  },
  {
    what: 'shut down, and kept',
    guests: [{ name: 'ended', more: { on_poweroff: 'preserve' } }],
    before: 'xl shutdown -w ended >/dev/null',
    walk: refusedAs(EXIT_CODES.usage, 'its state is shutdown:poweroff'),
    events: refusedAs(EXIT_CODES.usage, 'its state is shutdown:poweroff'),
    stays: 'shutdown:poweroff',
  },
  {
    what: "the stock policy's label, to the Mini-OS arm unreadable",
    guests: [{ name: 'stock', more: { seclabel: 'system_u:system_r:domU_t' } }],
    options: ['--arm', 'dom0'],
    walk: 'measured',
    events: refusedAs(EXIT_CODES.skipped, 'Dom0 is what would let the guest go on'),
  },
  {
    what: 'kernel page-table isolation (`pti=on`)',
    guests: [{ name: 'isolated', parameters: 'pti=on' }],
    walk: 'measured',
    events: 'measured',
  },
];
