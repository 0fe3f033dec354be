import { pythonCalls } from '../python-calls.ts';

export const livekit = pythonCalls({
  name: 'livekit',
  does: "LiveKit's RealtimeModel for Python holds whole calls with the three simulated vendors",
});
