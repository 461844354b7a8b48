import { expect, it } from 'vitest';
import { type BootEvent, BootWatch } from './boot-watch.ts';

function watch(text: string, cut = text.length): { events: BootEvent[]; watch: BootWatch } {
  const events: BootEvent[] = [];
  const watch = new BootWatch((event) => events.push(event));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += cut) watch.push(bytes.subarray(at, at + cut));
  return { events, watch };
}

const BOOT =
  '(XEN) Xen version 4.17.5 (Debian )\r\n(XEN) Dom0 has maximum 1 VCPUs\r\nDOM0 init\r\nDOM0 toolstack\r\nDOM0 waits\r\nDOM0 took a line\r\nDOM0 ready\r\n';

it.each([1, 7, 1000])('tells the stages of a boot, cut every %i bytes', (cut) => {
  expect(watch(BOOT, cut).events).toEqual([
    { kind: 'stage', text: 'Xen starts' },
    { kind: 'stage', text: 'Xen loads Dom0' },
    { kind: 'stage', text: "Dom0's kernel is up" },
    { kind: 'stage', text: "Xen's toolstack is up" },
    { kind: 'waits' },
    { kind: 'took' },
    { kind: 'ready' },
  ]);
});

it.each([
  ['(XEN) Panic on CPU 0:', 'Xen panicked'],
  [
    '[    4.6] Kernel panic - not syncing: Attempted to kill init!',
    "Dom0's kernel panicked: Attempted to kill init!",
  ],
  ["(XEN) Hardware Dom0 crashed: 'noreboot' set - not rebooting.", 'Dom0 crashed'],
  ['(XEN) Hardware Dom0 halted: halting machine', 'Dom0 halted'],
  ['DOM0 failed: xenstored', "Dom0's init failed at xenstored"],
])('recognises the end in %j', (line, text) => {
  expect(watch(`${line}\n`).events).toEqual([{ kind: 'fatal', text }]);
});

it('does not take the words of a guest, or an unfinished line, for an end', () => {
  expect(watch('(XEN) avc: denied\nguest says: DOM0 ready\nDOM0 rea').events).toEqual([]);
});

it('keeps the last lines, the unfinished one included', () => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
  const { watch: watched } = watch(`${lines.join('\r\n')}\r\nhalf`);
  expect(watched.lastLines(3)).toEqual(['line 98', 'line 99', 'half']);
});
