import { defineConfig } from 'vitest/config';

// Sibling packages resolve to their TypeScript source, so tests need no build.
const conditions = ['@speko/source', 'module', 'node', 'development|production', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@speko/source', 'node', 'import', 'default'] } },
  test: {
    include: ['{packages,apps,tests,examples}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'tests/live/**'],
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
  },
});
