import { type Attack, ownGateway } from '../attack.ts';
import { mint, request } from '../harness/access.ts';
import { GatewayRun } from '../harness/gateway-process.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { upgrade } from '../harness/raw-call.ts';
import { pause, settledWithin } from '../harness/wait.ts';

/** The second one waits half a minute for the first to leave. */
const REFUSES_WITHIN_MS = 45_000;

export const secondGateway: Attack = {
  name: 'second-gateway',
  who: 'the operator',
  does: 'starts a second gateway on the database of the first, as an overlapping restart does',
  alone: 'it is about the start of gateways',
  async run(stage) {
    const { access, expect } = stage;
    const key = access.keys[0];
    const { folder } = ownGateway(stage);
    const call = await openReadyCall(access);
    const waiting = await mint(access);
    const second = GatewayRun.launch({ folder });
    const outcome = await settledWithin(REFUSES_WITHIN_MS, Promise.race([second.exit, second.listening]));
    expect(outcome !== undefined, `it neither served nor ended within ${REFUSES_WITHIN_MS / 1000} s`);
    expect(outcome?.startsWith('http') !== true, 'it served beside the first');
    expect(!['0', 'SIGKILL'].includes(second.ended ?? 'SIGKILL'), `it ended with ${second.ended ?? 'nothing'}`);
    expect(/gateway/i.test(second.output()) && /database|file/i.test(second.output()), 'it did not say why');
    second.kill();
    const record = await request(access.url, `/v1/sessions/${call.session.sessionId}`, { key });
    expect(
      record.body['status'] === 'active',
      `the record of the first one's call says ${String(record.body['status'])}`,
    );
    expect(!call.isClosed, "the first one's call was ended");
    const opened = await upgrade(access, waiting);
    // Tokens last a minute, of which the second gateway took most.
    expect([101, 401].includes(opened.status), `a waiting token was answered with ${opened.status}`);
    opened.socket.destroy();
    await pause(200);
    const ended = await request(access.url, `/v1/sessions/${call.session.sessionId}/end`, { method: 'POST', key });
    expect(ended.status === 200, `POST /end was answered with ${ended.status}`);
    call.leave();
    return 'one start';
  },
};
