/**
 * The FLASK policy that Xen boots with: the stock one of Xen's source plus the modules of infra/policy.
 *
 * The entry has `xenpolicy`, for the boot loader, and `policy.conf`, the same as text.
 */
import { appendFile, cp, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry, Recipe } from '../cache/cache.ts';
import { hashFolder } from '../cache/hash.ts';
import type { EmulatedSeries } from '../testbed.ts';
import type { Tools } from '../tools/tools.ts';

const RECIPE_VERSION = '1';

/** Folder of our own policy modules. */
export const POLICY_FOLDER = fileURLToPath(new URL('../policy/', import.meta.url));

/**
 * How to build the policy.
 * @param series of Xen.
 * @param xen the entry of Xen, which has the stock policy and the hypervisor's classes.
 * @param tools compile it.
 */
export async function policyRecipe(
  series: EmulatedSeries,
  xen: Entry,
  tools: Tools,
): Promise<Recipe> {
  return {
    name: 'policy',
    doing: 'compiling the FLASK policy',
    inputs: {
      stock: xen.key,
      modules: await hashFolder(POLICY_FOLDER),
      compiler: tools.versions.checkpolicy,
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      const stock = stockPolicy(xen);
      await compilePolicy(tools, { series, stock, modules: POLICY_FOLDER, scratch, out }, signal);
    },
  };
}

/** Folder of the stock policy's source, in the entry of a Xen that was built from source. */
export function stockPolicy(xen: Pick<Entry, 'path'>): string {
  return join(xen.path, 'flask');
}

/** What a policy is compiled from. */
export interface PolicySource {
  series: EmulatedSeries;
  /** See `stockPolicy`. */
  stock: string;
  /** Folder of modules to add; undefined: the stock policy as it is. */
  modules?: string;
  /** An empty folder to work in. */
  scratch: string;
  /** Folder that gets `xenpolicy` and `policy.conf`. */
  out: string;
}

/** Compiles a policy, in the way that docs/real-hosts.md tells the owner of a host. */
export async function compilePolicy(
  tools: Pick<Tools, 'run'>,
  { series, stock, modules, scratch, out }: PolicySource,
  signal?: AbortSignal,
): Promise<void> {
  await cp(stock, scratch, { recursive: true });
  const policy = join(scratch, 'tools/flask/policy');
  for (const name of modules === undefined ? [] : await readdir(modules)) {
    await cp(join(modules as string, name), join(policy, 'modules', name));
    if (name.endsWith('.te')) {
      await appendFile(join(policy, 'modules/modules.conf'), `\n${basename(name, '.te')} = on\n`);
    }
  }
  const variables = [
    `FLASK_BUILD_DIR=${out}`,
    `XEN_FULLVERSION=${series}`,
    `POLICY_FILENAME=${join(out, 'xenpolicy')}`,
  ];
  const folders = [scratch, out];
  const args = ['-f', 'Makefile.common', ...variables];
  await tools.run('make', args, { cwd: policy, folders, signal });
}
