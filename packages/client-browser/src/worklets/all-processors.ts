// What the package carries as text: one module, so that what the two processors share is in it once.
import { CaptureProcessor } from './capture-processor.ts';
import { PlayerProcessor } from './player-processor.ts';
import { processorName } from './processor-name.ts';

registerProcessor(processorName('capture'), CaptureProcessor);
registerProcessor(processorName('player'), PlayerProcessor);
