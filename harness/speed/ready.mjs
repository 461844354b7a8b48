/**
 * Boots an emulated testbed of the checkout that is named first, asks it for its domains, and prints
 * after how many seconds of this process it answered. Plain JavaScript that asks for nothing but what
 * an earlier commit has too; an option that it does not know, it ignores.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, start] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);
const progress = { step: say, detail() {}, done: say, warn: say };
const { createEmulatedTestbed } = await import(pathToFileURL(join(folder, 'infra/index.ts')).href);
const testbed = await createEmulatedTestbed({ clock: 'counted', start }, progress);
const control = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => control.abort());
try {
  await testbed.start(control.signal);
  const { exitCode, stdout, stderr } = await testbed.run(['xl', 'list']);
  const wall = process.uptime();
  if (exitCode !== 0 || !stdout.includes('Domain-0')) {
    throw new Error(`xl list: exit code ${exitCode}: ${stdout}${stderr}`);
  }
  process.stdout.write(`${JSON.stringify({ wall })}\n`);
} finally {
  await testbed.stop();
}
