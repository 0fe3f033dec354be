import type { Attack } from '../attack.ts';
import { countingAudio } from '../harness/counting-audio.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { vendorStats } from '../harness/vendor.ts';
import { pause, within } from '../harness/wait.ts';
import { BINARY, clientFrame } from '../harness/websocket-frame.ts';

const MESSAGES = 300_000;
const READY_AFTER_MS = 1_000;
const SETTLE_MS = 4_000;

export const burstWhileReconnecting: Attack = {
  name: 'burst-while-reconnecting',
  who: 'one token',
  does: `sends ${MESSAGES.toLocaleString('en')} messages of two bytes of audio while the vendor's line is being replaced`,
  async run({ access, vendor, signal, expect }) {
    const pcm = countingAudio(MESSAGES);
    const messages = Buffer.concat(
      Array.from({ length: MESSAGES }, (_, index) => clientFrame(BINARY, pcm.subarray(index * 2, index * 2 + 2))),
    );
    const sessions = vendor.providers.map((provider) => mannered(provider, `cut-once:${READY_AFTER_MS}`));
    const calls = await Promise.all(sessions.map((s2s) => openReadyCall(access, s2s)));
    for (const call of calls) {
      call.sendBytes(clientFrame(BINARY, Buffer.alloc(960)));
      call.sendBytes(messages);
    }
    const models = sessions.map(({ model }) => model);
    const areBack = await within(15_000, async () => {
      const stats = await Promise.all(models.map((model) => vendorStats(vendor, model)));
      return stats.every(({ connections }) => connections >= 2);
    });
    expect(areBack, 'a lost line was not replaced within 15 s');
    await pause(READY_AFTER_MS + SETTLE_MS, signal);
    for (const [index, call] of calls.entries()) {
      const provider = sessions[index]?.provider ?? '';
      const { audioBytes } = await vendorStats(vendor, models[index] ?? '');
      expect(audioBytes > 960, `no audio reached ${provider} on the new line`);
      expect(call.countOf('error', 'AUDIO_OVERFLOW') === 0, `${provider}: audio was dropped (AUDIO_OVERFLOW)`);
      expect(!call.isClosed, `the call of ${provider} was ended for its burst`);
      call.leave();
    }
    return `${calls.length} x ${megabytes(messages.byteLength)} at once`;
  },
};
