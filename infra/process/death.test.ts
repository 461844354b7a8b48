import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { dyingWithUs } from './death.ts';
import { identityOf } from './identity.ts';

it('ends the child with its parent, even when that is killed', async () => {
  const [file, args] = dyingWithUs('sleep', ['60']);
  const script = `const child = require('node:child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}); console.log(child.pid); setTimeout(() => {}, 60000);`;
  const parent = execa('node', ['-e', script], { reject: false });
  const first = await parent.stdout[Symbol.asyncIterator]().next();
  const pid = Number(first.value);
  await sleep(300);
  expect(identityOf(pid)).toBeDefined();
  parent.kill('SIGKILL');
  await parent;
  await sleep(200);
  expect(identityOf(pid)).toBeUndefined();
});
