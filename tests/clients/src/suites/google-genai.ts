import { pythonCalls } from '../python-calls.ts';

export const googleGenai = pythonCalls({
  name: 'google-genai',
  does: "Google's own SDK for Python holds calls with the simulated Gemini Live API",
});
