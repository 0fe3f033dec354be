import { existsSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';

interface PackageBuild {
  /** Entry files, one per public subpath. */
  entry?: string[];
  /** `neutral` packages run in browsers too and never see Node's types. */
  platform: 'neutral' | 'node';
  /** Private apps ship no declarations. */
  published?: boolean;
}

/** The one build of this repository: ESM, declarations beside it, nothing bundled from node_modules. */
export function definePackage({ entry = ['src/index.ts'], platform, published = true }: PackageBuild): UserConfig {
  const config: UserConfig = {
    entry,
    platform,
    format: 'esm',
    target: 'node22.18',
    tsconfig: existsSync('tsconfig.build.json') ? 'tsconfig.build.json' : 'tsconfig.json',
    // The maps lead editors and typedoc from a declaration to the shipped source.
    dts: published && { sourcemap: true },
    sourcemap: false,
    unbundle: true,
    clean: true,
    fixedExtension: false,
    logLevel: 'warn',
  };
  return defineConfig(config) as UserConfig;
}
