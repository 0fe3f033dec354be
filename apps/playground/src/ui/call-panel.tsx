import { describeEmpty } from '../call/describe-empty.ts';
import { describeStatus } from '../call/describe-status.ts';
import type { Call } from '../call/use-call.ts';
import type { Settings } from '../settings/settings.ts';
import { CallControls } from './call-controls.tsx';
import { CallFigures } from './call-figures.tsx';
import { Captions } from './captions.tsx';
import { Composer } from './composer.tsx';
import { Downloads } from './downloads.tsx';
import { HoldButton } from './hold-button.tsx';
import { LevelMeter } from './level-meter.tsx';
import { ReadyLine } from './ready-line.tsx';
import { TalkButton } from './talk-button.tsx';

/** The call itself: the button, what is said, and its numbers. */
export function CallPanel({ call, settings, canStart }: { call: Call; settings: Settings; canStart: boolean }) {
  const { conversation, snapshot, by } = call;
  const connected = snapshot.status === 'connected';
  const { turnTaking } = settings;
  const suggestions = settings.tools && settings.provider === 'echo' ? ['get_time', 'set_page_colour'] : [];

  const hint = describeEmpty({
    status: snapshot.status,
    muted: snapshot.muted,
    turnTaking,
    by: snapshot.status === 'idle' && settings.microphone === 'none' ? 'typing' : by,
    isEcho: settings.provider === 'echo',
  });

  return (
    <section aria-labelledby="call-title" className="card call">
      <h2 className="visually-hidden" id="call-title">
        Call
      </h2>
      <div className="stage">
        <p className="status" data-testid="status" role="status">
          {describeStatus(snapshot, turnTaking, by !== 'voice')}
        </p>
        <TalkButton call={call} disabled={!canStart} />
        {turnTaking !== 'auto' && connected && by === 'voice' && (
          <HoldButton conversation={conversation} holding={snapshot.holding} way={turnTaking} />
        )}
        <div className="meters">
          <LevelMeter conversation={conversation} muted={turnTaking === 'auto' && snapshot.muted} side="input" />
          <LevelMeter conversation={conversation} side="output" />
        </div>
        <CallControls call={call} pushToTalk={turnTaking !== 'auto'} />
        <ReadyLine call={call} settings={settings} />
      </div>
      <div className="talk-side">
        <Captions call={call} hint={hint} />
        <Composer disabled={!connected} onSend={(text) => conversation.sendText(text)} suggestions={suggestions} />
      </div>
      <div className="call-foot">
        <CallFigures call={call} />
        <Downloads call={call} />
      </div>
    </section>
  );
}
