import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A secret that is made once and the same ever after, in a file readable by its owner only. */
export interface SecretFile {
  /** For people. */
  readonly name: string;
  readonly path: string;
  /** Pattern of the secret; a file with anything else holds none. */
  readonly pattern: RegExp;
  readonly make: () => string;
}

/**
 * The secret of the file, made if there is no file.
 * @throws Error in words for people when the file cannot be used
 */
export function keepSecret(file: SecretFile): string {
  const { name, path, make } = file;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, `${make()}\n`, { flag: 'wx', mode: 0o600 });
    // A copied or unpacked file may have become readable for others.
    chmodSync(path, 0o600);
  } catch (error) {
    throw new Error(`The ${name} cannot be kept there: ${(error as Error).message}.`, { cause: error });
  }
  const secret = findSecret(file);
  if (secret === undefined) throw new Error(`The file ${path} holds no ${name}; delete it to get a new one.`);
  return secret;
}

/** The secret of the file, if there is one. Makes nothing. */
export function findSecret({ path, pattern }: SecretFile): string | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return pattern.test(text) ? text : undefined;
}
