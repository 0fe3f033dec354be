import { definePackage } from '../../tsdown.base.ts';

export default definePackage({ entry: ['src/index.ts', 'src/cli.ts', 'src/*/index.ts'], platform: 'node' });
