import { cleanLeftovers, examine } from './index.ts';

const p = { step: console.log, detail: console.log, done: console.log, warn: console.log };
console.table(await examine({ network: false, progress: p }));
console.log(await cleanLeftovers());
