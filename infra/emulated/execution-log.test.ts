import { describe, expect, it } from 'vitest';
import { ExecutionCounter } from './execution-log.ts';

const XEN = '0050c290';
const GUEST = '0050c2b3';
const SVM = '0070c2b3';

/** A listing as QEMU prints it before it first executes a block. */
function listing(...mnemonics: string[]): string[] {
  return [
    '----------------',
    'IN: ',
    ...mnemonics.map((mnemonic, i) => `0x0040588${i}:  48 89 7c 24 70           ${mnemonic}`),
    '',
  ];
}

function block(host: string, address: string, flags: string): string {
  return `Trace 0: ${host} [0000000000000000/${address}/${flags}/ff020200] `;
}

function count(lines: readonly string[], blocks = new Map()) {
  const counter = new ExecutionCounter(blocks);
  for (const line of lines) counter.line(line);
  return counter.intervals;
}

const READ_CLOCK = ['lfence   ', 'rdtsc    '];
const NOTHING = { xen: 0, kernel: 0, program: 0, other: 0, kernelCalls: 0, programCalls: 0 };

describe('ExecutionCounter', () => {
  it('adds up what is executed before each reading of the clock, by who executes', () => {
    const lines = [
      ...listing('movq     %rax, %rbx', 'syscall  '),
      block('0x7f01', '0000000000405880', GUEST),
      ...listing('nop      ', 'nop      ', 'iretq    '),
      block('0x7f02', 'ffff82d0402017e0', XEN),
      ...listing('movl     $1, %eax', 'syscall  '),
      block('0x7f03', 'ffffffff81001000', GUEST),
      block('0x7f02', 'ffff82d0402017e0', XEN),
      ...listing('movl     $1, %eax'),
      block('0x7f04', 'ffffffff81001000', SVM),
      ...listing(...READ_CLOCK),
      block('0x7f05', '00000000004085b0', GUEST),
      block('0x7f05', '00000000004085b0', GUEST),
    ];
    expect(count(lines)).toEqual([
      { xen: 6, kernel: 2, program: 4, other: 1, kernelCalls: 1, programCalls: 1 },
      { ...NOTHING, program: 2 },
    ]);
  });

  it('counts an instruction once whose bytes need two lines', () => {
    const long = [
      'IN: ',
      '0x00405880:  48 b8 88 77 66 55 44 33  movabsq  $0x1122334455667788, %rax',
      '0x00405888:  22 11                    ',
      '0x0040588a:  0f 31                    rdtsc    ',
    ];
    const lines = [...long, block('0x7f01', '0000000000405880', GUEST)];
    expect(count(lines)).toEqual([{ ...NOTHING, program: 2 }]);
  });

  it('takes back a block that was not executed after all', () => {
    const lines = [
      ...listing('nop      '),
      block('0x7f01', '0000000000405000', GUEST),
      ...listing(...READ_CLOCK),
      block('0x7f02', '0000000000405880', GUEST),
      'Stopped execution of TB chain before 0x7f02 [0000000000405880] ',
      block('0x7f02', '0000000000405880', GUEST),
    ];
    expect(count(lines)).toEqual([{ ...NOTHING, program: 3 }]);
  });

  it('knows blocks of an earlier log, and takes the newest listing of a place', () => {
    const blocks = new Map();
    count([...listing('nop      '), block('0x7f01', '0000000000405000', GUEST)], blocks);
    const again = [
      block('0x7f01', '0000000000405000', GUEST),
      ...listing(...READ_CLOCK),
      block('0x7f01', '0000000000405880', GUEST),
    ];
    expect(count(again, blocks)).toEqual([{ ...NOTHING, program: 3 }]);
  });

  it.each([
    ['in Xen', 'ffff82d0402017e0', XEN],
    ['in a kernel', 'ffffffff8103d400', GUEST],
    ['in a library', '00007fffeb1de6b5', GUEST],
  ])('takes no reading of the clock %s for one of an introspector', (_where, address, flags) => {
    expect(count([...listing(...READ_CLOCK), block('0x7f01', address, flags)])).toEqual([]);
  });
});
