/** The guest of pae-guest.S: built here, and made in the emulated Dom0. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Testbed } from '../../infra/testbed.ts';
import { testTools } from '../../infra/testing/tools.ts';
import { configText, OUR_LABELS, type Value } from '../../infra/xl/config.ts';

/** Its name. */
export const PAE = 'pae';

/** Builds it, and puts it on the host. @param folder for its files here */
export async function bringPae(testbed: Testbed, folder: string): Promise<void> {
  const program = join(folder, 'pae');
  await copyFile(fileURLToPath(new URL('pae-guest.S', import.meta.url)), `${program}.S`);
  const flags = ['-m32', '-nostdlib', '-static', '-no-pie', '-Wl,-Ttext=0x100000'];
  const args = [...flags, '-Wl,--build-id=none', '-o', program, `${program}.S`];
  await (await testTools()).run('gcc', args, { folders: [folder] });
  await testbed.put(program, '/root/pae');
}

/**
 * The script that makes it, lets it run until it halts, and pauses it.
 * @param more lines of its configuration besides (xl.cfg(5))
 */
export function makingPae(more: Readonly<Record<string, Value>> = {}): string {
  const config = configText({
    name: PAE,
    type: 'pvh',
    kernel: '/root/pae',
    memory: 16,
    vcpus: 1,
    seclabel: OUR_LABELS.target,
    ...more,
  });
  return `
set -e
chmod 755 /root/pae
cat > /root/pae.cfg <<'config'
${config}config
xl create -q -e -p /root/pae.cfg
xl unpause pae
xl pause pae
`;
}
