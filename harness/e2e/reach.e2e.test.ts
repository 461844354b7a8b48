/**
 * How a host is reached, and what becomes of a run when the host loses its power. Two ssh servers in the
 * emulated Dom0: the usual one, which forwards nothing, and one that is a jump host to it.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HOST_ALIAS, makeKeys } from '../../infra/emulated/keys.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { journalsOf } from '../../infra/hosts/journal.ts';
import { placeOf } from '../../infra/hosts/settings.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { qemuBelow, tinyvmiBench } from './command-line.ts';
import {
  bootOf,
  cutPower,
  forwardPort,
  inDom0,
  pinAs,
  privateFile,
  SHORT,
  sshHost,
  untilUp,
} from './emulated-host.ts';
import { readOnlyResult, resultsIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

const GATE_PORT = 2222;
const GATE_KEY = '/etc/dropbear/gate-key';

const { folder, runs } = useWorkspace();
const hosts = join(folder, 'testbeds.yaml');
const file = (name: string) => join(folder, name);
let host: EmulatedTestbed;

/** Arguments that name the host. */
const at = (name: string) => ['--testbed', name, '--testbeds', hosts];

const startHost = async () => {
  const started = new EmulatedTestbed({ clock: 'counted', start: 'cold' }, SILENT);
  await started.start();
  return started;
};

beforeAll(async () => {
  process.env.TINYVMI_STATE = file('state');
  host = await startHost();
  const gate = file('gate');
  await mkdir(gate);
  const { hostKey, knownHosts } = await makeKeys(gate);
  await writeFile(join(gate, 'host-key'), hostKey);
  await host.put(join(gate, 'host-key'), GATE_KEY);
  await host.run(['dropbear', '-E', '-s', '-p', String(GATE_PORT), '-r', GATE_KEY]);
  const port = await forwardPort(host, GATE_PORT);

  const identity = { IdentityFile: privateFile(host, 'id_ed25519'), IdentitiesOnly: 'yes' };
  const dom0s = privateFile(host, 'known_hosts');
  await pinAs('gate', knownHosts, file('known-gate'));
  await pinAs('gate', dom0s, file('other-gate'));
  await pinAs(HOST_ALIAS, knownHosts, file('other-dom0'));
  await writeFile(file('none'), '');
  const way = (name: string, known: { gate: string; dom0: string }, more = identity) =>
    writeFile(
      file(name),
      sshHost('gate', { Port: port, UserKnownHostsFile: known.gate, ...more }) +
        sshHost(HOST_ALIAS, { Port: 22, UserKnownHostsFile: known.dom0, ...more }),
    );
  const right = { gate: file('known-gate'), dom0: dom0s };
  await way('jumped', right);
  await way('gate-changed', { ...right, gate: file('other-gate') });
  await way('dom0-changed', { ...right, dom0: file('other-dom0') });
  await way('gate-unknown', { ...right, gate: file('none') });
  await way('dom0-unknown', { ...right, dom0: file('none') });
  await way('agent', right, { IdentityFile: 'none', IdentitiesOnly: 'no' });
  const names = 'jumped gate-changed dom0-changed gate-unknown dom0-unknown agent'.split(' ');
  const entry = (name: string, address: string, config: string, more = '') =>
    `  ${name}:\n    address: ssh:${address}\n    ssh-config: ${config}\n    folder: /tmp\n    clock: counted\n${more}`;
  const jump = '    jump: gate\n';
  await writeFile(
    hosts,
    `testbeds:\n${names.map((name) => entry(name, HOST_ALIAS, file(name), jump)).join('')}${entry('closed', `root@127.0.0.1:22`, host.sshConfig, `    jump: ${HOST_ALIAS}\n`)}${entry('lab', HOST_ALIAS, file('lab'))}`,
  );
  await writeFile(file('lab'), `Include ${host.sshConfig}\n`);
});

afterEach(async () => {
  expect(await resultsIn(runs)).toEqual([]);
});

afterAll(async () => {
  await host.stop();
  delete process.env.TINYVMI_STATE;
});

describe('a jump host', () => {
  it('leads to the host: doctor looks, and a run measures', async () => {
    const looked = await tinyvmiBench(['doctor', ...at('jumped')]);
    expect(looked.exitCode, looked.stdout + looked.stderr).toBe(EXIT_CODES.success);
    const ended = await tinyvmiBench(['run', ...at('jumped'), ...SHORT, '--out', runs]);
    expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
    const { summary, manifest } = await readOnlyResult(runs);
    expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
    expect(summary.refusals.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
    expect(JSON.stringify(manifest)).not.toContain('127.0.0.1');
    await rm(runs, { recursive: true });
  });

  it.each([
    [
      'a changed key of the jump host',
      'gate-changed',
      'the host key of gate is not the one',
      'ask who runs it',
    ],
    [
      'a changed key of the host',
      'dom0-changed',
      `the host key of ${HOST_ALIAS} is not the one`,
      'ask who runs it',
    ],
    [
      'an unknown key of the jump host',
      'gate-unknown',
      'Host key verification failed',
      'look at its host key',
    ],
    [
      'an unknown key of the host',
      'dom0-unknown',
      'Host key verification failed',
      'look at its host key',
    ],
    ['a jump host that forwards nothing', 'closed', 'prohibited', 'AllowTcpForwarding'],
  ])('refuses %s', async (_, name, why, advice) => {
    for (const command of [['doctor'], ['run', ...SHORT, '--out', runs]]) {
      const ended = await tinyvmiBench([...command, ...at(name)]);
      expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.error);
      const errors = ended.stderr.split('\n').filter((line) => line.startsWith('error: '));
      expect(errors).toEqual([expect.stringContaining(why)]);
      expect(errors[0]).not.toContain('@@@');
      expect(ended.stderr).toContain(advice);
      expect(ended.stderr).toContain(' -J ');
    }
    expect(await inDom0(host, 'ls', '/tmp')).toMatchObject({ stdout: '' });
  });
});

/** Starts an agent that holds a new key, of which there is no file any more, and that Dom0 accepts. */
async function startAgent(): Promise<string> {
  const socket = file('agent-socket');
  const { stdout } = await execa('ssh-agent', ['-a', socket, '-s']);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
  onTestFinished(() => void process.kill(pid, 'SIGTERM'));
  const key = file('agent-key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await execa('ssh-add', ['-q', key], { env: { SSH_AUTH_SOCK: socket } });
  const open = (await readFile(`${key}.pub`, 'utf8')).trim();
  await rm(key);
  await host.run(['sh', '-c', 'echo "$1" >> /root/.ssh/authorized_keys', 'sh', open]);
  return socket;
}

it('a key that only an agent has opens the jump host and the host', async () => {
  const socket = await startAgent();
  const before = process.env.SSH_AUTH_SOCK;
  onTestFinished(() => {
    if (before === undefined) delete process.env.SSH_AUTH_SOCK;
    else process.env.SSH_AUTH_SOCK = before;
  });
  delete process.env.SSH_AUTH_SOCK;
  const refused = await tinyvmiBench(['doctor', ...at('agent')]);
  expect(refused.exitCode).toBe(EXIT_CODES.error);
  expect(refused.stderr).toContain('ermission denied');
  expect(refused.stderr).toContain('ssh-add');
  process.env.SSH_AUTH_SOCK = socket;
  const entered = await tinyvmiBench(['doctor', ...at('agent')]);
  expect(entered.exitCode, entered.stdout + entered.stderr).toBe(EXIT_CODES.success);
});

describe('a host that loses its power in mid-run', () => {
  const place = () => placeOf({ kind: 'ssh', host: HOST_ALIAS, config: file('lab') });
  const tune = ['run', ...at('lab'), ...SHORT, '--tune', '--out', runs];

  /** Nothing is left anywhere, and the host can be measured. */
  async function isSound() {
    expect(await journalsOf(place())).toEqual([]);
    const ended = await tinyvmiBench(['run', ...at('lab'), ...SHORT, '--out', runs]);
    expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
    expect((await readOnlyResult(runs)).summary.status).toBe('success');
    await rm(runs, { recursive: true });
    expect((await inDom0(host, 'xl', 'list')).stdout.split('\n')).toHaveLength(2);
    expect((await inDom0(host, 'ls', '/tmp')).stdout).toBe('');
  }

  it('and boots again at the same address: one error, and what is gone is not undone again', async () => {
    const before = await bootOf(host);
    const ended = await tinyvmiBench(tune, { when: 'Measuring', act: () => cutPower(host) });
    expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.error);
    expect(ended.stderr).toContain('The testbed was lost');
    expect(ended.stderr.split('\n').filter((line) => line.startsWith('error: '))).toHaveLength(1);
    await untilUp(host);
    expect(await bootOf(host)).not.toBe(before);
    const cleaned = await tinyvmiBench(['clean', ...at('lab')]);
    expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
    await isSound();
  });

  it('and stays off: the journal waits for it, and leaves alone what its owner has set since', async () => {
    const ended = await tinyvmiBench(tune, {
      when: 'Measuring',
      act: async () => {
        const [qemu] = await qemuBelow(process.pid);
        process.kill(qemu as number, 'SIGKILL');
      },
    });
    expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.error);
    expect(ended.stderr).toContain('The testbed was lost');
    const [journal] = await journalsOf(place());
    expect(journal).toMatchObject({ running: false });
    expect(journal?.record.entries.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['folder', 'setting', 'domain']),
    );
    const unreachable = await tinyvmiBench(['clean', ...at('lab')]);
    expect(unreachable.exitCode).toBe(EXIT_CODES.error);
    expect(unreachable.stderr).toContain('cannot reach');

    await host.stop();
    host = await startHost();
    await writeFile(file('lab'), `Include ${host.sshConfig}\n`);
    await inDom0(host, 'xl', 'sched-credit2', '-s', '-r', '500');
    const dry = await tinyvmiBench(['clean', ...at('lab'), '--dry-run']);
    expect(dry.stdout).not.toContain('would run');
    const cleaned = await tinyvmiBench(['clean', ...at('lab')]);
    expect(cleaned.exitCode, cleaned.stderr).toBe(EXIT_CODES.success);
    expect(cleaned.stdout).toContain('the host was restarted since');
    expect((await inDom0(host, 'xl', 'sched-credit2', '-s')).stdout).toContain('ratelimit=500us');
    await isSound();
  });
});
