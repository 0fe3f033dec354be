import { definePackage } from '../../tsdown.base.ts';

export default definePackage({ entry: ['src/cli.ts'], platform: 'node', published: false });
