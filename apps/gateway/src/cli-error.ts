import { RealtimeError } from '@speko/protocol';
import { ConfigError } from './config-error.ts';

/** Message and exit code of an error that stops a command: 2 for a wrong configuration, else 1. */
export function describeFailure(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof ConfigError) return { message: error.message, exitCode: 2 };
  if (RealtimeError.isInstance(error)) {
    const hint = error.code === 'STORE_UNUSABLE' ? ' SPEKO_DATABASE_URL sets it.' : '';
    return { message: error.message + hint, exitCode: 1 };
  }
  const {
    code,
    address = 'this address',
    port,
    stack,
  } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const message = LISTEN_FAILURES[code ?? '']?.(address, port) ?? `The gateway cannot go on: ${stack ?? String(error)}`;
  return { message, exitCode: 1 };
}

type Explain = (address: string, port: number | undefined) => string;

const LISTEN_FAILURES: Readonly<Record<string, Explain>> = {
  EADDRINUSE: (address, port) =>
    `Port ${port} of ${address} is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).`,
  EACCES: (address, port) =>
    `Port ${port} of ${address} needs more rights than this process has. Set PORT to 1024 or above.`,
  EADDRNOTAVAIL: (address) => `${address} is not an address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.`,
  ENOTFOUND: () => 'HOST is a name that cannot be resolved. Set it to an address of this machine, such as 127.0.0.1.',
};
