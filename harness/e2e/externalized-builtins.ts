/**
 * A distribution's Node may read some of its own modules from files at start (its build's
 * `--shared-builtin-*-path`): without them, its program with all its libraries does not run elsewhere.
 */

/** How a build was told where such a module is (node's configure.py). */
const DEFINE = /^NODE_SHARED_BUILTIN_\w+_PATH=(\/.+)$/;

/**
 * Absolute paths of the files that a Node with this configuration wants at start; none for one that has
 * all its modules inside, as Node's own builds have.
 * @param config `process.config` of that Node
 */
export function externalizedBuiltins(config: typeof process.config): string[] {
  return config.target_defaults.defines.flatMap((define) => DEFINE.exec(define)?.[1] ?? []);
}
