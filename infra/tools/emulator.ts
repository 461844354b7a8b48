/**
 * The emulator, of the pinned release: QEMU with its libraries and firmware, which its own loader starts,
 * so that every machine emulates the same. It needs no root and nothing installed.
 */
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { PackageResolution } from '../apt/resolve.ts';
import { type Cache, type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import { PINNED_RELEASE } from '../images/dom0-packages.ts';
import { fromArchive, rememberedFromArchive } from '../images/from-archive.ts';
import { librariesOf } from '../images/libraries.ts';
import { command } from '../process/command.ts';
import { EMULATOR_PACKAGES } from './packages.ts';
import { findTools, type Tools } from './tools.ts';
import { unpackPackages } from './unpack.ts';

const RECIPE_VERSION = '1';

const PROGRAM = 'usr/bin/qemu-system-x86_64';
const LOADER = 'ld-linux-x86-64.so.2';
/** What it loads by name: emulation itself. */
const MODULE = 'usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so';
/** What it gives to a machine of ours: the BIOS, and the option ROMs that start Xen. */
const FIRMWARE = [
  'usr/share/qemu/kvmvapic.bin',
  'usr/share/qemu/linuxboot_dma.bin',
  'usr/share/qemu/multiboot_dma.bin',
  'usr/share/seabios/bios-256k.bin',
] as const;

/** How QEMU is started. */
export interface Emulator {
  /** What is executed, before QEMU's own arguments. */
  file: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** What it says of its version. */
  version: string;
  /** Identifies the program with all that it loads. */
  identity: string;
}

/**
 * Makes sure that the emulator is there.
 * @throws UserError when the archives do not give it, or it does not start
 */
export async function findEmulator(cache: Cache, signal?: AbortSignal): Promise<Emulator> {
  const tools = () => findTools(cache, signal);
  const entry = await fromArchive(
    cache,
    cache.progress,
    signal,
    (_cache, apt, resolution: PackageResolution) =>
      cache.entry(emulatorRecipe(apt, resolution, tools), signal),
    { release: PINNED_RELEASE },
    EMULATOR_PACKAGES,
  );
  return emulatorOf(entry);
}

/** The emulator, if it is there. */
export async function peekEmulator(cache: Cache): Promise<Emulator | undefined> {
  const known = await rememberedFromArchive(cache, { release: PINNED_RELEASE }, EMULATOR_PACKAGES);
  if (known === undefined) return undefined;
  const tools = () => findTools(cache);
  const entry = await cache.peek(emulatorRecipe(known.apt, known.resolution, tools));
  return entry && emulatorOf(entry);
}

async function emulatorOf(entry: Entry): Promise<Emulator> {
  const [lib, share] = [join(entry.path, 'lib'), join(entry.path, 'share')];
  const emulator = {
    file: fileOf(entry, `lib/${LOADER}`),
    args: ['--library-path', lib, fileOf(entry, basename(PROGRAM)), '-L', share],
    env: { QEMU_MODULE_DIR: lib },
    identity: entry.key,
  };
  return { ...emulator, version: await versionOf(emulator) };
}

async function versionOf({ file, args, env }: Omit<Emulator, 'version'>): Promise<string> {
  const { stdout } = await command(file, [...args, '--version'], { env });
  return stdout.split('\n')[0] ?? '';
}

function emulatorRecipe(
  apt: PrivateApt,
  { packages }: PackageResolution,
  tools: () => Promise<Tools>,
): Recipe {
  return {
    name: 'emulator',
    doing: `fetching the emulator of Debian ${PINNED_RELEASE} (30 MB)`,
    inputs: {
      ...Object.fromEntries(packages.map(({ file }) => [file.name, file.sha256])),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      const tree = join(scratch, 'tree');
      await mkdir(tree);
      await unpackPackages(apt, packages, { tree, scratch }, signal);
      const libraries = await librariesOf(await tools(), tree, [PROGRAM, MODULE]);
      if (!libraries.has(LOADER)) throw new UserError('QEMU names no loader of its own');
      for (const path of [PROGRAM, MODULE, ...FIRMWARE]) {
        const folder = path === PROGRAM ? '' : path === MODULE ? 'lib' : 'share';
        await cp(join(tree, path), join(out, folder, basename(path)));
      }
      for (const [name, path] of libraries) await cp(path, join(out, 'lib', name));
    },
  };
}
