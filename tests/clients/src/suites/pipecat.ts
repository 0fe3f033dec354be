import { pythonCalls } from '../python-calls.ts';

export const pipecat = pythonCalls({
  name: 'pipecat',
  does: "Pipecat's services hold whole calls with the three simulated vendors",
});
