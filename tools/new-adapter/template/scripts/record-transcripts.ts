// Records sessions with the simulator: pnpm --filter @speko/adapter-acme record
// Run it once the conformance tests pass, and name the files in `transcripts` of src/acme.conformance.test.ts.
import { writeFileSync } from 'node:fs';
import { type AdapterDriver, driveAdapter, formatTranscript, makeSpeechSample } from '@speko/adapter-testkit';
import { createAcmeSimulator } from '@speko/simulators/acme';
import { createAcme } from '../src/acme-adapter.ts';

const tool = { name: 'lookup', description: 'Looks something up.', parameters: { type: 'object', properties: {} } };

/** Short answers make short files. */
const simulator = createAcmeSimulator({
  reply: ({ userText, toolResults }) => {
    if (toolResults.length > 0) return { text: 'It is there.' };
    if (userText?.includes('lookup') === true) return { tools: [{ name: 'lookup', arguments: {} }] };
    return { text: userText?.includes('story') === true ? 'Once there was a lighthouse.' : 'Yes.' };
  },
});

const recordings: Readonly<Record<string, (driver: AdapterDriver) => void>> = {
  hello(driver) {
    driver.command({ type: 'text-append', text: 'Hello.' });
    driver.until('response-end');
  },
  'barge-in'(driver) {
    driver.command({ type: 'text-append', text: 'Tell me a long story about a lighthouse.' });
    driver.until('audio-delta');
    driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
    driver.pause(1500);
  },
  'tool-call'(driver) {
    driver.command({ type: 'text-append', text: 'Please call the tool lookup.' });
    const { callId } = driver.until('tool-call');
    driver.command({ type: 'tool-result', callId, output: '{"ok":true}' });
    // The answer to the result comes after the end of the response that made the call.
    driver.until('response-start');
    driver.until('response-end');
  },
};

for (const [name, hold] of Object.entries(recordings)) {
  const driver = driveAdapter({
    adapter: createAcme(),
    options: { apiKey: 'made-up-key' },
    simulator,
    config: { tools: [tool] },
    networkDelayMs: 20,
  });
  driver.until('session-ready');
  hold(driver);
  const config = JSON.stringify({ dir: 'config', config: { tools: [tool] } });
  const file = new URL(`../src/__fixtures__/${name}.jsonl`, import.meta.url);
  writeFileSync(file, `${config}\n${formatTranscript(driver.transcript)}`);
}
