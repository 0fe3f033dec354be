import { PlayerProcessor } from './player-processor.ts';
import { processorName } from './processor-name.ts';

registerProcessor(processorName('player'), PlayerProcessor);
