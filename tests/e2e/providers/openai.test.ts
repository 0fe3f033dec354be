import { proveBehaviour } from './prove-behaviour.ts';
import { OPENAI } from './provider-records.ts';

proveBehaviour(OPENAI);
