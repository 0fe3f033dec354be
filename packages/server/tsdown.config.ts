import { definePackage } from '../../tsdown.base.ts';

export default definePackage({
  entry: ['src/index.ts', 'src/store-contract.ts', 'src/store/sqlite-thread.ts'],
  platform: 'node',
});
