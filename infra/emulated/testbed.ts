/** The emulated testbed: a machine in QEMU that boots Xen with FLASK and a Linux Dom0, driven by ssh. */
import { execa } from 'execa';
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { UserError } from '../errors.ts';
import { type HostImages, hostImages, type NativeImages, nativeImages } from '../images/images.ts';
import { deferred } from '../process/deferred.ts';
import { SshHost } from '../ssh/ssh-host.ts';
import type {
  Capabilities,
  CommandResult,
  EmulatedOptions,
  Process,
  Progress,
  Testbed,
  Xen,
} from '../testbed.ts';
import { hostFacts } from '../xl/host-facts.ts';
import { XlToolstack } from '../xl/toolstack.ts';
import { chooseAccelerator } from './accelerator.ts';
import { HOST_ALIAS, makeKeys, type TestbedKeys } from './keys.ts';
import { hostMemoryMiB } from './memory.ts';
import { forwardedPort } from './monitor.ts';
import { DOM0_PATHS, writeInitramfs } from './overlay.ts';
import { Qemu } from './qemu.ts';
import { type MachineConfig, qemuArguments } from './qemu-arguments.ts';
import { Run } from './runs.ts';

/** Longest boot, in wall time: about 15 s on an idle machine, minutes on a busy one. */
const BOOT_TIMEOUT_MS = 600_000;
const CONNECT_TIMEOUT_MS = 120_000;

/** What stands while the testbed is up. */
interface Machine {
  config: MachineConfig;
  run: Run;
  qemu: Qemu;
  ssh: SshHost;
  xen: XlToolstack;
  images: { host: HostImages; native: NativeImages };
  facts: Record<string, string>;
}

/** A testbed that this machine emulates. */
export class EmulatedTestbed implements Testbed {
  readonly kind = 'emulated';
  readonly introspectorPath = DOM0_PATHS.introspector;
  readonly #options: EmulatedOptions;
  readonly #progress: Progress;
  readonly #cache: Cache;
  readonly #lost = deferred<string>();
  readonly #cancel = new AbortController();
  /** Undoes what `start` has done so far, last first. */
  readonly #undo: (() => Promise<void>)[] = [];
  #starting: Promise<Machine> | undefined;
  #machine: Machine | undefined;
  #stopping: Promise<void> | undefined;

  /** @throws UserError for options that contradict each other. */
  constructor(options: EmulatedOptions, progress: Progress) {
    if (options.clock === 'counted' && (options.cpus ?? 1) !== 1) {
      throw new UserError('counted time has one CPU', {
        kind: 'usage',
        advice: 'leave --cpus away, or use --clock wall',
      });
    }
    if (options.clock === 'counted' && options.accelerator === 'kvm') {
      throw new UserError('KVM counts no instructions', {
        kind: 'usage',
        advice: 'use --clock wall with KVM',
      });
    }
    this.#options = options;
    this.#progress = progress;
    this.#cache = new Cache(cacheRoot(), progress);
  }

  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  get xen(): Xen {
    return this.#up().xen;
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) throw new Error('this testbed was stopped');
    const onAbort = () => this.#cancel.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#starting ??= this.#start(this.#cancel.signal);
    try {
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async capabilities(): Promise<Capabilities> {
    const { config, images, facts, ssh } = this.#up();
    const host = await hostFacts(ssh);
    return {
      ...host,
      kind: 'emulated',
      emulated: true,
      clock: config.clock,
      tickUnit: config.clock === 'counted' ? 'instructions' : 'ticks',
      facts: { ...host.facts, ...images.host.facts, ...facts },
      images: { ...images.host.hashes, ...images.native.hashes },
    };
  }

  run(
    argv: readonly string[],
    options?: { input?: string; signal?: AbortSignal; timeoutMs?: number },
  ): Promise<CommandResult> {
    return this.#up().ssh.run(argv, options);
  }

  spawn(argv: readonly string[], options?: { signal?: AbortSignal }): Promise<Process> {
    return this.#up().ssh.spawn(argv, options);
  }

  put(localPath: string, remotePath: string): Promise<void> {
    return this.#up().ssh.put(localPath, remotePath);
  }

  get(remotePath: string, localPath: string): Promise<void> {
    return this.#up().ssh.get(remotePath, localPath);
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#cancel.abort(new UserError('the testbed was stopped', { kind: 'interrupted' }));
    await this.#starting?.catch(() => undefined);
    this.#machine = undefined;
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }

  #up(): Machine {
    if (this.#machine === undefined) throw new UserError('the testbed is not up');
    return this.#machine;
  }

  async #start(signal: AbortSignal): Promise<Machine> {
    signal.throwIfAborted();
    const images = {
      host: await hostImages(this.#cache, this.#progress, signal),
      native: await nativeImages(this.#cache, signal),
    };
    const { accelerator, reason } = await chooseAccelerator(this.#options, this.#cache.root);
    const run = await Run.create(this.#cache.root);
    this.#undo.push(() => run.remove());
    const keys = await makeKeys(run.path(''));
    const initramfs = run.path('initramfs');
    await writeInitramfs(initramfs, images.host.files.dom0Initramfs, images.native, keys);

    const config: MachineConfig = {
      accelerator,
      clock: this.#options.clock,
      cpus: this.#options.cpus ?? 1,
      memoryMiB: this.#options.memoryMiB ?? hostMemoryMiB([]),
      xen: images.host.files.xen,
      kernel: images.host.files.kernel,
      policy: images.host.files.policy,
      initramfs,
      monitor: run.path('monitor'),
    };
    this.#progress.step('booting the emulated host');
    const qemu = new Qemu(qemuArguments(config), run.path('console.log'), (stage) =>
      this.#progress.detail(stage),
    );
    this.#undo.push(() => qemu.stop());
    if (qemu.pid !== undefined) await run.adopt(qemu.pid);
    await qemu.ready(BOOT_TIMEOUT_MS, signal);

    const port = await forwardedPort(config.monitor, signal);
    const ssh = sshTo(port, keys, run);
    this.#undo.push(() => ssh.close());
    await Promise.race([
      ssh.connect(CONNECT_TIMEOUT_MS, signal),
      qemu.dead.then((reason) => Promise.reject(qemu.error(reason))),
    ]);
    const xen = new XlToolstack(ssh, DOM0_PATHS);
    this.#watchOver(qemu, ssh);
    this.#progress.done('the emulated host is up');
    this.#machine = {
      config,
      run,
      qemu,
      ssh,
      xen,
      images,
      facts: {
        qemu: await qemuVersion(),
        'qemu arguments': qemuArguments(config).join(' '),
        accelerator: `${accelerator}: ${reason}`,
      },
    };
    return this.#machine;
  }

  /** Reports the end of the machine unless it was asked for. */
  #watchOver(qemu: Qemu, ssh: SshHost): void {
    const report = (reason: string) => {
      if (this.#stopping === undefined) this.#lost.resolve(reason);
    };
    void qemu.dead.then((reason) => report(`${reason}\n${qemu.lastWords()}`));
    void ssh.lost.then((reason) => report(reason));
  }
}

function sshTo(port: number, keys: TestbedKeys, run: Run): SshHost {
  const settings = {
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
  return new SshHost({
    host: '127.0.0.1',
    options: [
      '-F',
      'none',
      ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ],
    controlPath: run.path('ssh'),
  });
}

async function qemuVersion(): Promise<string> {
  const { stdout } = await execa('qemu-system-x86_64', ['--version']);
  return stdout.split('\n')[0] ?? '';
}
