/** What every testbed that is driven through a host does alike: it hands commands and files on. */
import type { CommandResult, Host, Process, RunOptions } from './testbed.ts';

/** A testbed whose commands run on one host. */
export abstract class DrivenTestbed implements Omit<Host, 'lost'> {
  /** The host, while the testbed is up. @throws UserError when it is not */
  protected abstract get host(): Host;

  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    return this.host.run(argv, options);
  }

  spawn(argv: readonly string[], options?: { signal?: AbortSignal }): Promise<Process> {
    return this.host.spawn(argv, options);
  }

  put(localPath: string, remotePath: string): Promise<void> {
    return this.host.put(localPath, remotePath);
  }

  get(remotePath: string, localPath: string): Promise<void> {
    return this.host.get(remotePath, localPath);
  }
}
