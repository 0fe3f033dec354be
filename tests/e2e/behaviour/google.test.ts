import { proveBehaviour } from './prove-behaviour.ts';
import { GOOGLE } from './providers.ts';

proveBehaviour(GOOGLE);
