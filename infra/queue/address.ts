/**
 * The address of a queue: `redis://[user[:password]@]host[:port][/database]`, or `rediss://` by TLS
 * (the scheme that IANA has registered for Redis). Valkey has the same.
 */
import type { RedisOptions } from 'ioredis';
import { UserError } from '../errors.ts';

/** Where a queue is. */
export interface QueueAddress {
  options: RedisOptions;
  /** To be printed: without user and password. */
  shown: string;
}

const DEFAULT_PORT = 6379;
const TRANSPORTS: Readonly<Record<string, RedisOptions>> = {
  'redis:': {},
  'rediss:': { tls: {} },
};

/** Environment variable with the password of a queue whose address has none: `ps` shows addresses. */
export const PASSWORD_VARIABLE = 'TINYVMI_QUEUE_PASSWORD';

/** What a part of an address stands for; undefined when its percent signs make no sense. */
function decoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/**
 * Reads an address.
 * @throws UserError of kind `usage`, which does not repeat the text: it may hold a password
 */
export function parseQueueAddress(
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const transport = TRANSPORTS[url?.protocol ?? ''];
  const database = /^\/?(\d{0,5})$/.exec(url?.pathname ?? '');
  const username = decoded(url?.username);
  const given = decoded(url?.password);
  const known = username !== undefined && given !== undefined;
  if (!url || !transport || url.hostname === '' || !database || !known || url.search !== '') {
    throw new UserError('--queue: that is no address of a Redis or Valkey', {
      kind: 'usage',
      advice: `write redis://host:port, or rediss://user@host:port/database, with the password in $${PASSWORD_VARIABLE}`,
    });
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const password = given || env[PASSWORD_VARIABLE];
  return {
    options: {
      ...transport,
      host,
      port,
      db: Number(database[1]),
      ...(username === '' ? {} : { username }),
      ...(password ? { password } : {}),
    },
    shown: `${url.protocol}//${url.hostname}:${port}/${Number(database[1])}`,
  };
}
