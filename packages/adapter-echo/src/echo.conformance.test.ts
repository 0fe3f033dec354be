import { defineAdapterConformance } from '@speko/adapter-testkit';
import { createEcho } from './echo-adapter.ts';

defineAdapterConformance({ adapter: createEcho() });
