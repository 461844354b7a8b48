/** One boot of the emulated host: QEMU, what it needs on disk, and the connection into its Dom0. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtraImages } from '../images/extras.ts';
import type { HostImages, NativeImages } from '../images/images.ts';
import { SshHost } from '../ssh/ssh-host.ts';
import { QemuExecutionLog } from './execution-log.ts';
import { HOST_ALIAS, makeKeys, type TestbedKeys } from './keys.ts';
import { forwardedPort } from './monitor.ts';
import { writeInitramfs } from './overlay.ts';
import { Qemu } from './qemu.ts';
import { type MachineConfig, qemuArguments } from './qemu-arguments.ts';
import { Run } from './runs.ts';

/** What is booted, and how. */
export interface BootOptions
  extends Pick<
    MachineConfig,
    'accelerator' | 'clock' | 'cpus' | 'memoryMiB' | 'dom0MemoryMiB' | 'policy' | 'dom0'
  > {
  host: HostImages;
  native: NativeImages;
  extras: ExtraImages;
  /** A further archive that Dom0's initramfs ends with. */
  dom0Archive: Uint8Array | undefined;
  /** The cache, where the boot is recorded while it lives. */
  cacheRoot: string;
  /** Longest that Dom0 may take, in wall time. */
  timeoutMs: number;
  /** Is told how far the boot has come. */
  onStage(text: string): void;
}

/** What a machine is made of once it is up. */
type Parts = Pick<Machine, 'ssh' | 'about' | 'executionLog'>;

const CONNECT_TIMEOUT_MS = 120_000;
/** When the connection breaks because QEMU dies, this is how long the better reason may come later. */
const DEATH_FOLLOWS_MS = 2000;

/** What is known of a host that is up. */
interface About {
  /** QEMU's command line, without the program. */
  arguments: readonly string[];
  /** Path of an ssh configuration in which HOST_ALIAS is its Dom0, while it is up. */
  sshConfig: string;
  /** Resolves with the reason when the host is gone and `stop` was not called. */
  lost: Promise<string>;
}

/** A host that is up. */
export class Machine {
  readonly ssh: SshHost;
  readonly about: About;
  readonly executionLog: QemuExecutionLog;
  readonly #undo: Undo;

  private constructor({ ssh, about, executionLog }: Parts, undo: Undo) {
    this.ssh = ssh;
    this.about = about;
    this.executionLog = executionLog;
    this.#undo = undo;
  }

  /**
   * Boots a host and connects to it. When it fails or is cancelled, nothing is left.
   * @throws UserError with the console's last lines.
   */
  static async boot(options: BootOptions, signal: AbortSignal): Promise<Machine> {
    const undo = new Undo();
    try {
      return await bring(options, signal, undo, (parts) => new Machine(parts, undo));
    } catch (error) {
      await undo.all();
      throw error;
    }
  }

  /** Takes the host down and removes what the boot created; idempotent. */
  async stop(): Promise<void> {
    await this.#undo.all();
  }
}

async function bring(
  options: BootOptions,
  signal: AbortSignal,
  undo: Undo,
  made: (parts: Parts) => Machine,
): Promise<Machine> {
  signal.throwIfAborted();
  const run = await Run.create(options.cacheRoot);
  undo.push(() => run.remove());
  const keys = await makeKeys(run.path(''));
  const { host, native, extras, dom0Archive } = options;
  const initramfs = run.path('initramfs');
  const common = [host.files.dom0Initramfs, ...host.archives];
  await writeInitramfs(initramfs, { common, native, extras, keys, dom0Archive });

  const { xen, kernel } = host.files;
  const monitor = run.path('monitor');
  const args = qemuArguments({ ...options, xen, kernel, initramfs, monitor });
  const qemu = new Qemu(args, run.path('console.log'), options.onStage);
  undo.push(() => qemu.stop());
  if (qemu.pid !== undefined) await run.adopt(qemu.pid);
  await qemu.ready(options.timeoutMs, signal);

  const sshConfig = run.path('ssh_config');
  await writeFile(sshConfig, sshConfiguration(await forwardedPort(monitor, signal), keys));
  const ssh = new SshHost({
    host: HOST_ALIAS,
    options: ['-F', sshConfig],
    controlPath: run.path('ssh'),
  });
  undo.push(() => ssh.close());
  const died = qemu.dead.then((reason) => Promise.reject(qemu.error(reason)));
  await Promise.race([ssh.connect(CONNECT_TIMEOUT_MS, signal, { boots: true }), died]);
  const dead = qemu.dead.then((reason) => `${reason}\n${qemu.lastWords()}`);
  const cut = ssh.lost.then((reason) =>
    Promise.race([dead, sleep(DEATH_FOLLOWS_MS, reason, { ref: false })]),
  );
  const lost = Promise.race([dead, cut]);
  const executionLog = new QemuExecutionLog(monitor, run.path('executed'));
  return made({ ssh, about: { arguments: args, sshConfig, lost }, executionLog });
}

/** Steps to undo, done last first and once each, all of them even when one fails. */
class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  push(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async all(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** An ssh configuration by which HOST_ALIAS is Dom0 (ssh_config(5)). */
function sshConfiguration(port: number, keys: TestbedKeys): string {
  const settings = {
    HostName: '127.0.0.1',
    Port: String(port),
    User: 'root',
    IdentityFile: keys.identity,
    IdentitiesOnly: 'yes',
    HostKeyAlias: HOST_ALIAS,
    UserKnownHostsFile: keys.knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: String(CONNECT_TIMEOUT_MS / 1000),
  };
  const lines = Object.entries(settings).map(([name, value]) => `  ${name} ${value}\n`);
  return `Host ${HOST_ALIAS}\n${lines.join('')}`;
}
