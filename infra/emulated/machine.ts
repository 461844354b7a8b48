/** An emulated host that is up: a machine, and the connection into its Dom0. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SshHost } from '../ssh/ssh-host.ts';
import { QemuExecutionLog } from './execution-log.ts';
import { HOST_ALIAS } from './keys.ts';
import { forwardedPort, MONITOR_MS, withMonitor } from './monitor.ts';
import { type Beginning, goOn, type MachineOptions, type Powered, powerOn } from './power.ts';
import { sshConfiguration } from './ssh-configuration.ts';
import { Undo } from './undo.ts';

/** What a machine is made of once it is up. */
type Parts = Pick<Machine, 'ssh' | 'about' | 'executionLog'>;

const CONNECT_TIMEOUT_MS = 120_000;
/** When the connection breaks because QEMU dies, this is how long the better reason may come later. */
const DEATH_FOLLOWS_MS = 1000;

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
  readonly #powered: Powered;
  readonly #undo: Undo;

  private constructor({ ssh, about, executionLog }: Parts, powered: Powered, undo: Undo) {
    this.ssh = ssh;
    this.about = about;
    this.executionLog = executionLog;
    this.#powered = powered;
    this.#undo = undo;
  }

  /**
   * Brings a host up, from its beginning or from where it was saved, and connects to it. When that fails
   * or is cancelled, nothing is left.
   * @throws UserError with the console's last lines.
   */
  static async bring(
    options: MachineOptions,
    beginning: Beginning,
    signal: AbortSignal,
  ): Promise<Machine> {
    const undo = new Undo();
    try {
      signal.throwIfAborted();
      const powered = await powerOn(options, beginning, undo);
      if (beginning.state !== undefined) {
        await unlessDead(powered, goOn(powered, beginning.state, signal));
        powered.admission.begin();
      }
      await powered.qemu.ready(options.timeoutMs, signal);
      return new Machine(await connect(powered, undo, signal), powered, undo);
    } catch (error) {
      await undo.all();
      throw error;
    }
  }

  /**
   * Takes back from Dom0 what only this machine has: afterwards nobody can enter, and its state can be
   * saved. Commands in Dom0 must have ended.
   */
  async seal(timeoutMs: number, signal: AbortSignal): Promise<Powered> {
    await this.ssh.close();
    this.#powered.admits = false;
    this.#powered.qemu.type('seal');
    await this.#powered.qemu.waits(timeoutMs, signal);
    return this.#powered;
  }

  /** Lets the machine stand still while the work is done; nobody may ask it anything meanwhile. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    await this.#tell('stop');
    try {
      return await work();
    } finally {
      await this.#tell('cont');
    }
  }

  async #tell(command: 'stop' | 'cont'): Promise<void> {
    const { monitor } = this.#powered;
    await withMonitor(monitor, AbortSignal.timeout(MONITOR_MS), (_command, execute) =>
      execute(command),
    );
  }

  /** Takes the host down and removes what was made for it; idempotent. */
  async stop(): Promise<void> {
    await this.#undo.all();
  }
}

/** The promise's value, unless the machine dies: that is the better reason, though it may come later. */
async function unlessDead<T>({ qemu }: Powered, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  const died = qemu.dead.then((reason) => Promise.reject(qemu.error(reason)));
  died.catch(() => undefined);
  try {
    return await Promise.race([promise, died]);
  } catch (error) {
    await Promise.race([died, sleep(DEATH_FOLLOWS_MS, undefined, { ref: false })]);
    throw error;
  }
}

async function connect(powered: Powered, undo: Undo, signal: AbortSignal): Promise<Parts> {
  const { run, qemu, keys, monitor } = powered;
  const sshConfig = run.path('ssh_config');
  await writeFile(
    sshConfig,
    sshConfiguration(await forwardedPort(monitor, signal), keys, CONNECT_TIMEOUT_MS),
  );
  const ssh = new SshHost({
    host: HOST_ALIAS,
    options: ['-F', sshConfig],
    controlPath: run.path('ssh'),
  });
  undo.push(() => ssh.close());
  await unlessDead(powered, ssh.connect(CONNECT_TIMEOUT_MS, signal, { boots: true }));
  const dead = qemu.dead.then((reason) => `${reason}\n${qemu.lastWords()}`);
  const cut = ssh.lost.then((reason) =>
    Promise.race([dead, sleep(DEATH_FOLLOWS_MS, reason, { ref: false })]),
  );
  return {
    ssh,
    about: { arguments: powered.arguments, sshConfig, lost: Promise.race([dead, cut]) },
    executionLog: new QemuExecutionLog(monitor, run.path('executed')),
  };
}
