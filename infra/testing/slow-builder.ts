/** A process that takes its time to build an entry: `slow-builder.ts <cache> <milliseconds>`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cache } from '../cache/cache.ts';

const [root = '', milliseconds = '0'] = process.argv.slice(2);
const say = (text: string) => console.log(text);
const cache = new Cache(root, { step: say, detail: say, done: say, warn: say });

await cache.entry({
  name: 'slow',
  doing: 'building slowly',
  inputs: {},
  async build(out) {
    await writeFile(join(out, 'half'), 'half');
    await sleep(Number(milliseconds));
    say('built');
  },
});
