import { proveBehaviour } from './prove-behaviour.ts';
import { XAI } from './providers.ts';

proveBehaviour(XAI);
