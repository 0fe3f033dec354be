import { proveBehaviour } from './prove-behaviour.ts';
import { GOOGLE } from './provider-records.ts';

proveBehaviour(GOOGLE);
