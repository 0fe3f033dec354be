import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createEcho } from './echo-adapter.ts';

defineAdapterConformance({ adapter: createEcho() });
