import { definePackage } from '../../tsdown.base.ts';

export default definePackage({
  entry: ['src/cli.ts', 'src/processes/vendor.ts', 'src/processes/pass-through.ts', 'src/processes/gateway.ts'],
  platform: 'node',
  published: false,
});
