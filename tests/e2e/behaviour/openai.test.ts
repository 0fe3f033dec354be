import { proveBehaviour } from './prove-behaviour.ts';
import { OPENAI } from './providers.ts';

proveBehaviour(OPENAI);
