import { proveBehaviour } from './prove-behaviour.ts';
import { ECHO } from './providers.ts';

proveBehaviour(ECHO);
