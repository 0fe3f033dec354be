import { proveBehaviour } from './prove-behaviour.ts';
import { ECHO } from './provider-records.ts';

proveBehaviour(ECHO);
