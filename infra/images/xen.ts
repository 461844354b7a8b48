/**
 * Xen with XSM and FLASK, which Debian's binary package lacks, from Debian's source package.
 *
 * The entry has `xen` (plain ELF, as QEMU's multiboot loader wants it), `xen.config`, and below `flask/`
 * the stock policy with the class definitions of this very hypervisor, for the policy's own build.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { inputsOf, type Tools } from '../tools/tools.ts';

const RECIPE_VERSION = '2';

/**
 * Options that differ from Xen's defaults; XSM needs EXPERT in 4.17 (xen/common/Kconfig). Debugging
 * information would tie the build's id to the folder it was built in.
 */
const CONFIGURATION = [
  'CONFIG_EXPERT=y',
  'CONFIG_XSM=y',
  'CONFIG_XSM_FLASK=y',
  'CONFIG_XSM_FLASK_POLICY=y',
  '# CONFIG_DEBUG_INFO is not set',
  '',
].join('\n');

/** Makes the banner, and with it the image's hash, the same wherever and whenever it is built. */
const REPRODUCIBLE = {
  XEN_WHOAMI: 'tinyvmi-bench',
  XEN_DOMAIN: 'localdomain',
  XEN_BUILD_HOST: 'localhost',
  XEN_BUILD_DATE: 'Thu Jan  1 00:00:00 UTC 1970',
  XEN_BUILD_TIME: '00:00:00',
  SOURCE_DATE_EPOCH: '0',
};

/** Parts of the source that the policy is built from, as paths within the source. */
export const POLICY_SOURCES = ['tools/flask/policy', 'xen/xsm/flask/policy'];

/** Files are whose they are unpacked by. */
const UNOWNED = ['--no-same-owner'] as const;

const PROGRESS_EVERY_MS = 5000;
/** Lines such as "  CC      common/domain.o" that a build of 4.17.5 prints. */
const BUILD_STEPS = 610;
/** Debian's own: another one on PATH may lack what the generators import, or start slowly. */
const PYTHON = '/usr/bin/python3';

/**
 * How to build Xen.
 * @param source the entry of the source package.
 * @param tools build it.
 */
export function xenRecipe(source: Entry, tools: Tools): Recipe {
  return {
    name: 'xen',
    doing: 'building Xen with FLASK from source (one to five minutes)',
    inputs: {
      source: source.key,
      ...inputsOf(tools, 'compiler'),
      configuration: CONFIGURATION,
      'timer check': JSON.stringify(TIMER_CHECK),
      environment: JSON.stringify(REPRODUCIBLE),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, progress, signal }) {
      await unpackSource(tools, source, scratch, signal);
      await fixDistribution(scratch);
      await haltInTimerCheck(scratch);
      await writeFile(join(scratch, 'xen/.config'), CONFIGURATION);
      const env = { ...REPRODUCIBLE, XEN_CONFIG_EXPERT: 'y', PYTHON };
      await tools.run('make', ['-C', 'xen', 'olddefconfig'], { cwd: scratch, env, signal });
      let steps = 0;
      let reported = Date.now();
      await tools.run('make', ['-C', 'xen', `-j${availableParallelism()}`], {
        cwd: scratch,
        env,
        signal,
        onLine(line) {
          if (/^ +[A-Z]{2,} /.test(line)) steps++;
          if (Date.now() - reported < PROGRESS_EVERY_MS) return;
          reported = Date.now();
          progress.detail(`Xen: step ${steps} of about ${BUILD_STEPS}`);
        },
      });
      await writeFile(join(out, 'xen'), gunzipSync(await readFile(join(scratch, 'xen/xen.gz'))));
      await cp(join(scratch, 'xen/.config'), join(out, 'xen.config'));
      for (const part of POLICY_SOURCES) {
        await mkdir(join(out, 'flask', part), { recursive: true });
        await cp(join(scratch, part), join(out, 'flask', part), { recursive: true });
      }
    },
  };
}

/**
 * At boot, Xen spins for 100 ms and then looks whether the timer has interrupted it more than four times.
 * Where instructions are counted, a spin on the time-stamp counter is emulated at a tenth of the usual speed,
 * and this one was an eighth of the whole boot. Here the processor halts until the fifth interrupt; an
 * emulated timer always comes. Nothing that runs after the boot is changed. Xen of later series ends its
 * check at the fifth interrupt by itself, and is left as it is.
 */
const TIMER_CHECK = {
  file: 'xen/arch/x86/io_apic.c',
  spinning: 'mdelay((10 * 1000) / HZ);',
  halting: 'while ( (ACCESS_ONCE(pit0_ticks) - t1) <= 4 )\n        safe_halt();',
} as const;

/** What differs from Debian's source besides the configuration, for a manifest. */
export const CHANGES_TO_XEN =
  'one line: the check of the timer at boot halts where it spins; nothing that runs after the boot';

/** The text of that file, with the check of the timer halting where it spun. */
export function withHaltingTimerCheck(text: string): string {
  return text.replace(TIMER_CHECK.spinning, TIMER_CHECK.halting);
}

async function haltInTimerCheck(source: string): Promise<void> {
  const path = join(source, TIMER_CHECK.file);
  await writeFile(path, withHaltingTimerCheck(await readFile(path, 'utf8')));
}

/** Unpacks the tarballs of a source package of format "3.0 (quilt)" and applies Debian's patches. */
async function unpackSource(
  tools: Tools,
  source: Entry,
  into: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = Object.keys(source.manifest.files);
  const original = names.find((name) => name.includes('.orig.tar.'));
  const debian = names.find((name) => name.includes('.debian.tar.'));
  if (original === undefined || debian === undefined) {
    throw new Error(`no tarballs in ${source.path}`);
  }
  const unpack = (file: string, ...options: string[]) =>
    tools.run('tar', ['-x', ...UNOWNED, ...options, '-C', into, '-f', fileOf(source, file)], {
      signal,
    });
  await unpack(original, '--strip-components=1');
  await unpack(debian);
  const patches = join(into, 'debian/patches');
  const series = await readFile(join(patches, 'series'), 'utf8').catch(() => '');
  for (const line of series.split('\n').map((text) => text.replace(/#.*/, '').trim())) {
    if (line === '') continue;
    const [name = ''] = line.split(/\s/);
    await tools.run('patch', ['--batch', '-s', '-p1', '-i', join(patches, name)], {
      cwd: into,
      signal,
    });
  }
}

/** One of Debian's patches has Xen name what lsb_release says, where that is installed. */
async function fixDistribution(source: string): Promise<void> {
  const path = join(source, 'xen/include/xen/compile.h.in');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('@@system_distribution@@', 'Debian'));
}
