/**
 * A host whose FLASK policy lacks our module: the emulated Dom0 as a plain ssh host, on which Xen's stock
 * policy was loaded. Our policy is loaded for a run where that is allowed, and the stock one after it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Cache } from '../../infra/cache/cache.ts';
import { cacheRoot } from '../../infra/cache/root.ts';
import { HOST_ALIAS } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { journalsOf } from '../../infra/hosts/journal.ts';
import { placeOf } from '../../infra/hosts/settings.ts';
import { hostImages } from '../../infra/images/images.ts';
import { compilePolicy, stockPolicy } from '../../infra/images/policy.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { testTools } from '../../infra/testing/tools.ts';
import { mustRun } from '../../infra/xl/commands.ts';
import { tinyvmiBench } from './command-line.ts';
import { SHORT } from './emulated-host.ts';
import { readOnlyResult } from './results.ts';
import { useWorkspace } from './workspace.ts';

const SERIES = '4.17';
/** Policies by their paths on the host. */
const BEFORE = '/root/stock-policy';
const WITH = '/root/policy-with-tinyvmi';

const { folder, runs } = useWorkspace();
const hosts = join(folder, 'testbeds.yaml');
const HOST = ['--testbed', 'dom0', '--testbeds', hosts];
let host: EmulatedTestbed;
/** The policy with our module, on this machine. */
let ours: string;

/** Whether the policy that Xen has now knows our types. */
async function hasOurTypes(): Promise<boolean> {
  return (await host.run(['flask-get-bool', 'introspector_pause'])).exitCode === 0;
}

/** Xen's stock policy. @returns its path */
async function compileStock({ xen }: { xen: string }): Promise<string> {
  const [scratch, out] = [join(folder, 'policy-source'), join(folder, 'policy')];
  await Promise.all([scratch, out].map((path) => mkdir(path)));
  await compilePolicy(await testTools(), {
    series: SERIES,
    stock: stockPolicy({ path: dirname(xen) }),
    scratch,
    out,
  });
  return join(out, 'xenpolicy');
}

beforeAll(async () => {
  process.env.TINYVMI_STATE = join(folder, 'state');
  host = new EmulatedTestbed({ clock: 'counted', memoryMiB: 2048 }, SILENT);
  await host.start();
  const cache = new Cache(cacheRoot(), SILENT);
  const { files, policy } = await hostImages(
    cache,
    { series: SERIES, flask: true, hvm: false },
    SILENT,
  );
  await host.put(await compileStock(files), BEFORE);
  ours = policy as string;
  await host.put(ours, WITH);
  await mustRun(host, 'load the stock policy', ['xl', 'loadpolicy', BEFORE]);
  const policies = `    policy: { before: ${BEFORE}, with: ${WITH} }\n`;
  const entry = (name: string, more: string) =>
    `  ${name}:\n    address: ssh:${HOST_ALIAS}\n    ssh-config: ${host.sshConfig}\n    folder: /tmp\n    clock: counted\n${more}`;
  const lost = policies.replace(WITH, '/root/no-policy');
  await writeFile(
    hosts,
    `testbeds:\n${entry('dom0', policies)}${entry('bare', '')}${entry('lost', lost)}`,
  );
});

afterEach(async () => {
  expect(await hasOurTypes()).toBe(false);
  const place = placeOf({ kind: 'ssh', host: HOST_ALIAS, config: host.sshConfig });
  expect(await journalsOf(place)).toEqual([]);
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
});

it('doctor tells that the types are missing, and what mends it', async () => {
  const ended = await tinyvmiBench(['doctor', ...HOST]);
  expect(ended.stdout).toContain('--allow-policy-load');
});

it.each([
  ['bare', [], EXIT_CODES.skipped, "add the module to the host's policy"],
  ['dom0', [], EXIT_CODES.skipped, `with --allow-policy-load, ${WITH} is loaded`],
  ['lost', ['--allow-policy-load'], EXIT_CODES.error, 'there is no policy /root/no-policy'],
])('loads nothing on %s with %j', async (name, more, exitCode, words) => {
  const where = ['--testbed', name, '--testbeds', hosts];
  const out = join(folder, `not-on-${name}`);
  const ended = await tinyvmiBench(['run', ...where, ...SHORT, ...more, '--out', out]);
  expect(`${ended.stdout}${ended.stderr}`.replace(/\s+/g, ' ')).toContain(words);
  expect(ended.exitCode).toBe(exitCode);
});

it('loads our policy for a run, and the one before after it', async () => {
  const allowed = [...SHORT, '--allow-policy-load', '--out', runs];
  let loaded: boolean | undefined;
  const ended = await tinyvmiBench(['run', ...HOST, ...allowed], {
    when: 'Measuring',
    act: async () => {
      loaded = await hasOurTypes();
    },
  });
  expect(loaded).toBe(true);
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  const { summary } = await readOnlyResult(runs);
  expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
  expect(summary.refusals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
});

it('of a run that was killed, clean loads the policy before', async () => {
  const allowed = [...SHORT, '--allow-policy-load', '--out', join(folder, 'killed')];
  await tinyvmiBench(['run', ...HOST, ...allowed], {
    when: 'Measuring',
    act: (pid) => void process.kill(pid, 'SIGKILL'),
  });
  expect(await hasOurTypes()).toBe(true);
  const ended = await tinyvmiBench(['clean', ...HOST]);
  expect(ended.stdout).toContain(`${BEFORE} is loaded again`);
  expect(ended.exitCode).toBe(EXIT_CODES.success);
  await tinyvmiBench(['clean', '--out', runs]);
});

/** What the policy allows, by checkpolicy's own way of asking (checkpolicy(8), -d), which numbers labels as it meets them. */
async function allowed(source: string, target: string, objectClass: string): Promise<string[]> {
  const labels = [source, target].flatMap((type) => ['2', `system_u:system_r:${type}`]);
  const sids = [...(await asked(labels)).matchAll(/^sid (\d+)$/gm)].map(([, sid]) => sid ?? '');
  expect(sids).toHaveLength(2);
  const said = await asked([...labels, '0', ...sids, objectClass]);
  const [, names] = /^allowed \{ ([^}]*)\}$/m.exec(said) ?? [];
  expect(names, said).toBeDefined();
  return String(names).trim().split(' ').sort();
}

async function asked(answers: readonly string[]): Promise<string> {
  const input = join(folder, 'asked');
  await writeFile(input, `${[...answers, 'q'].join('\n')}\n`);
  const argv = ['-c', 'checkpolicy -d -b "$1" < "$2"', 'sh', ours, input];
  return (await (await testTools()).run('sh', argv, { folders: [folder] })).stdout;
}

it('lets Dom0 list domains under a Xen with the fix of XSA-499', async () => {
  expect(await allowed('dom0_t', 'domxen_t', 'domain')).toContain('getdomaininfo');
});

it.each(['domain', 'domain2', 'hvm', 'mmu', 'shadow', 'grant', 'resource'])(
  "lets Dom0 do to a guest with our label what it may to the stock policy's: %s",
  async (what) => {
    const stock = await allowed('dom0_t', 'domU_t', what);
    const own = await allowed('dom0_t', 'target_t', what);
    expect(stock).not.toEqual(['']);
    // Only a stub domain as device model asks for this one, and it needs a type of its own.
    expect(stock.filter((one) => one !== 'set_as_target' && !own.includes(one))).toEqual([]);
  },
);
