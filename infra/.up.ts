import { createEmulatedTestbed } from './index.ts';

const t0 = Date.now();
const say = (k: string) => (t: string) => console.log(((Date.now() - t0) / 1000).toFixed(1), k, t);
const p = { step: say('step'), detail: say('  '), done: say('done'), warn: say('WARN') };
const tb = await createEmulatedTestbed(
  { clock: (process.argv[2] ?? 'counted') as 'wall', memoryMiB: 2048 },
  p,
);
await tb.start();
console.log('UP');
process.on('SIGTERM', async () => {
  await tb.stop();
  process.exit(0);
});
setInterval(() => {}, 1000);
