import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

// One call at a time: keys have limits, and whoever pays wants to see what for.
export default mergeConfig(
  { resolve: shared.resolve, ssr: shared.ssr },
  defineConfig({
    test: {
      dir: import.meta.dirname,
      include: ['**/*.test.ts'],
      fileParallelism: false,
      testTimeout: 120_000,
      reporters: ['verbose'],
    },
  }),
);
