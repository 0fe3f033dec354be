import { definePackage } from '../../tsdown.base.ts';

export default definePackage({ entry: ['src/index.ts', 'src/vitest.ts'], platform: 'node' });
