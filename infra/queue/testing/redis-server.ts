/** A Redis of a test's own: on loopback, on a free port, with a folder that goes with it. */
import { createServer } from 'node:net';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { adviceForTool } from '../../packages.ts';
import { dyingWithUs, OUT_OF_CTRL_C } from '../../process/death.ts';
import { temporaryFolder } from '../../testing/support.ts';

/** A running one. */
export interface TestRedis {
  /** Address without user and password. */
  url: string;
  port: number;
  stop(): Promise<void>;
  /** It goes on existing, and answers nothing any more. */
  freeze(): void;
}

/** A port of loopback that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts one, until the test is over. `settings`: as in redis.conf, names with their values. */
export async function startRedis(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestRedis> {
  const port = await freePort();
  const all = {
    port: String(port),
    bind: '127.0.0.1',
    dir: await temporaryFolder(),
    save: '',
    appendonly: 'no',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const server = execa(...dyingWithUs('redis-server', args), {
    ...OUT_OF_CTRL_C,
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await server;
  };
  onTestFinished(stop);
  const ready = new Promise<true>((resolve) => {
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve(true);
    });
  });
  const ended = await Promise.race([ready, server]);
  if (ended === true) {
    return { url: `redis://127.0.0.1:${port}`, port, stop, freeze: () => server.kill('SIGSTOP') };
  }
  throw new Error(
    `redis-server: ${ended.all || ended.shortMessage}\n${adviceForTool('redis-server')}`,
  );
}
