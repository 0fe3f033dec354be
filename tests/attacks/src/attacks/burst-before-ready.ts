import type { Attack } from '../attack.ts';
import { countingAudio } from '../harness/counting-audio.ts';
import { megabytes, openCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { vendorStats } from '../harness/vendor.ts';
import { pause, within } from '../harness/wait.ts';
import { BINARY, clientFrame } from '../harness/websocket-frame.ts';

const MESSAGES = 300_000;
const READY_AFTER_MS = 1_000;
/** Long enough for everything that may be sent at once to reach a vendor. */
const SETTLE_MS = 4_000;

export const burstBeforeReady: Attack = {
  name: 'burst-before-ready',
  who: 'one token',
  does: `sends ${MESSAGES.toLocaleString('en')} messages of two bytes of audio while the vendor is not ready, to each provider`,
  async run({ access, vendor, signal, expect }) {
    const pcm = countingAudio(MESSAGES);
    const messages = Buffer.concat(
      Array.from({ length: MESSAGES }, (_, index) => clientFrame(BINARY, pcm.subarray(index * 2, index * 2 + 2))),
    );
    const sessions = vendor.providers.map((provider) => mannered(provider, `slow-ready:${READY_AFTER_MS}`));
    const calls = await Promise.all(sessions.map((s2s) => openCall(access, s2s)));
    for (const call of calls) call.sendBytes(messages);
    const areReady = await within(15_000, () => calls.every((call) => call.find('ready') !== undefined));
    expect(areReady, 'a call was not ready 15 s after its burst');
    await pause(SETTLE_MS, signal);
    for (const [index, call] of calls.entries()) {
      const { provider, model } = sessions[index] ?? { provider: '', model: '' };
      const { audioBytes, gaps } = await vendorStats(vendor, model);
      expect(audioBytes > 0, `no audio reached ${provider}`);
      // Google is sent another rate: its samples are not the client's.
      expect(provider === 'google' || gaps === 0, `audio was lost on the way to ${provider} at ${gaps} places`);
      expect(call.countOf('error', 'AUDIO_OVERFLOW') === 0, `${provider}: audio was dropped (AUDIO_OVERFLOW)`);
      expect(!call.isClosed, `the call of ${provider} was ended for its burst`);
      call.leave();
    }
    return `${calls.length} x ${megabytes(messages.byteLength)} at once`;
  },
};
