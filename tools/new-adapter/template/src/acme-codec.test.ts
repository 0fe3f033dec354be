import { readFileSync } from 'node:fs';
import { AdapterError } from '@speko/adapter';
import { makeSessionConfig, parseTranscript, replayTranscript } from '@speko/adapter-testkit';
import { createAcmeSimulator } from '@speko/simulators/acme';
import { expect, test } from 'vitest';
import { createAcme } from './acme-adapter.ts';

const acme = createAcme();
const options = acme.parseOptions({ apiKey: 'made-up-key' });

function startCodec() {
  const codec = acme.createCodec(makeSessionConfig(acme), options);
  codec.hello(0);
  return codec;
}

test('[ACME1] an option that is wrong is named, without its value', () => {
  expect(() => acme.parseOptions({ apiKey: 'made up\nkey', colour: 'blue' })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTIONS', message: expect.stringMatching(/^Acme options .*apiKey/) }),
  );
  expect(() => acme.parseOptions({})).toThrow(AdapterError);
});

test('[ACME2] the key goes into a header, and the model into the address', () => {
  expect(acme.plan(makeSessionConfig(acme, { model: 'a model' }), options)).toMatchObject({
    url: 'wss://api.acme.example/v1/realtime?model=a%20model',
    headers: { authorization: 'Bearer made-up-key' },
  });
});

test('[ACME3] an error is reported in the words of the vendor', () => {
  const message = 'Not today.';
  expect(startCodec().decode(JSON.stringify({ type: 'error', code: 'internal_error', message }), 5).events).toEqual([
    {
      type: 'provider-error',
      code: 'PROVIDER_ERROR',
      message: 'Not today.',
      providerCode: 'internal_error',
      fatal: false,
      retryable: true,
    },
  ]);
});

test('[ACME3] an error of the session itself is reported once, also when the connection ends', () => {
  const transcript = parseTranscript(readFileSync(new URL('./__fixtures__/error.jsonl', import.meta.url), 'utf8'));
  const { events } = replayTranscript({ adapter: acme, options: { apiKey: 'made-up-key' }, transcript });
  expect(events.map((event) => event.type)).toEqual(['provider-error']);

  const codec = startCodec();
  codec.decode('{"type":"error","code":"session_expired","message":"The session is over."}', 5);
  expect(codec.close({ type: 'closed', code: 1000, reason: '' }, 10)).toEqual([]);
});

test('[ACME4] the simulator refuses a key that is called invalid', () => {
  const request = { url: '/v1/realtime', headers: { authorization: 'Bearer invalid' }, protocols: [] };
  expect(createAcmeSimulator().upgrade(request)).toMatchObject({ type: 'refuse', status: 401 });
});
