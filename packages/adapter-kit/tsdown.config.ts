import { definePackage } from '../../tsdown.base.ts';

export default definePackage({ entry: ['src/index.ts', 'src/openai-dialect.ts'], platform: 'neutral' });
