import { CaptureProcessor } from './capture-processor.ts';
import { processorName } from './processor-name.ts';

registerProcessor(processorName('capture'), CaptureProcessor);
