import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testTools } from '../../infra/testing/tools.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const buildMs = 240_000;
const tools = await testTools();
let out: string;

/** What runs with the tools that images are built with, wherever this is: what it said. */
async function run(file: string, ...args: string[]): Promise<string> {
  return (await tools.run(file, args, { folders: [folder, out] })).stdout;
}

/** `make` in native/, into a folder of our own. @returns its output */
function make(...args: string[]): Promise<string> {
  return run('make', '-s', '-j2', '-C', folder, `OUT=${out}`, ...args);
}

/** Mini-OS's API as far as the introspector may use it: with it, upstream Mini-OS links too. */
const MINIOS_API = new Set(
  [
    '_text alloc_pages clear_evtchn create_thread do_exit free free_pages hypercall_page malloc mask_evtchn memcmp memcpy',
    'memset minios_first_instruction minios_kernel_name monotonic_clock msleep need_pgt phys_to_machine_mapping printk pt_base strchr strcmp strlen',
    'strncmp xenbus_read xenbus_wait_for_watch xenbus_watch_path_token xencons_ring_send',
  ].flatMap((line) => line.split(' ')),
);

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'tinyvmi-native-'));
});

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
});

test('unit tests of the native code pass under sanitizers', { timeout: buildMs }, async () => {
  const tap = await make('check');
  const cases = tap.split('\n').filter((line) => /^(not )?ok \d+ - /.test(line));
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(cases.filter((line) => line.startsWith('not ok'))).toEqual([]);
});

test('two seconds of random input find nothing', { timeout: buildMs }, async () => {
  expect(await make('fuzz', 'FUZZ_SECONDS=2')).toMatch(/fuzz: \d+ rounds, nothing found/);
});

test('the introspector needs nothing but Mini-OS’s API', { timeout: buildMs }, async () => {
  await make('introspector.o');
  const stdout = (await run('nm', '--undefined-only', '-j', join(out, 'introspector.o'))).trim();
  expect(stdout.split('\n').filter((name) => !MINIOS_API.has(name))).toEqual([]);
});

test('the image has its stack lowest, all entries of exceptions, and nothing that nobody calls', {
  timeout: buildMs,
}, async () => {
  await make('minios.gz');
  const stdout = await run('nm', join(out, 'minios.elf'));
  const symbols = new Map(
    stdout.split('\n').map((line) => [line.slice(19), Number.parseInt(line.slice(0, 16), 16)]),
  );
  expect(symbols.get('boot_stack')).toBe(symbols.get('_text'));
  expect(symbols.get('_code')).toBe(symbols.get('boot_stack_end'));
  // AMD64 manual, volume 2, 8.2: all vectors of exceptions but 9 and 15, which are reserved.
  for (const vector of [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21]) {
    expect([...symbols.keys()]).toContain(`exception_${vector}`);
  }
  for (const unused of ['map_frames_ex', 'unmap_frames', 'xenbus_write', 'snprintf']) {
    expect([...symbols.keys()]).not.toContain(unused);
  }
});

test.each([
  [['explode'], 'the commands are set-target and events-off'],
  [['set-target', '1'], 'takes the ids of two domains'],
  [['set-target', '1', '-2'], 'takes the ids of two domains'],
  [['set-target', '1x', '2'], 'takes the ids of two domains'],
  [['set-target', '1', '65536'], 'takes the ids of two domains'],
  [['events-off', '1', 'pvh'], "takes a domain's id, its type, and a kind of event"],
  [['events-off', '32752', 'pvh', 'cpuid'], 'domid="32752" is not a number from 0 to 32751'],
  [['events-off', '1', 'vm', 'cpuid'], 'type="vm" is not one of pv, pvh, hvm'],
  [['events-off', '1', 'pvh', 'cpuid seq=2'], 'seq is given twice'],
  [['events-off', '1', 'pvh', 'reboot'], 'kind="reboot" is not one of'],
])('the Dom0 introspector refuses %j', { timeout: buildMs }, async (args, why) => {
  await make('introspector');
  const ended = await run(join(out, 'introspector'), ...args).catch(({ message }) => message);
  expect(ended).toContain('exit code 2');
  expect(ended).toContain(why);
});
