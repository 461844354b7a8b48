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
import { command } from '../process/command.ts';
import type { EmulatedSeries } from '../testbed.ts';

const RECIPE_VERSION = '1';

/** Folder of our own policy modules. */
export const POLICY_FOLDER = fileURLToPath(new URL('../policy/', import.meta.url));

/**
 * How to build the policy.
 * @param series of Xen.
 * @param xen the entry of Xen, which has the stock policy and the hypervisor's classes.
 */
export async function policyRecipe(series: EmulatedSeries, xen: Entry): Promise<Recipe> {
  const compiler = (await command('checkpolicy', ['-V'])).stdout.trim();
  return {
    name: 'policy',
    doing: 'compiling the FLASK policy',
    inputs: {
      stock: xen.key,
      modules: await hashFolder(POLICY_FOLDER),
      compiler,
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      await cp(join(xen.path, 'flask'), scratch, { recursive: true });
      const stock = join(scratch, 'tools/flask/policy');
      for (const name of await readdir(POLICY_FOLDER)) {
        await cp(join(POLICY_FOLDER, name), join(stock, 'modules', name));
        if (name.endsWith('.te')) {
          await appendFile(
            join(stock, 'modules/modules.conf'),
            `\n${basename(name, '.te')} = on\n`,
          );
        }
      }
      await command(
        'make',
        [
          '-f',
          'Makefile.common',
          `FLASK_BUILD_DIR=${out}`,
          `XEN_FULLVERSION=${series}`,
          `POLICY_FILENAME=${join(out, 'xenpolicy')}`,
        ],
        { cwd: stock, signal },
      );
    },
  };
}
