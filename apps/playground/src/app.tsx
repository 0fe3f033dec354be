import { useEffect } from 'react';
import { useCall } from './call/use-call.ts';
import { useDark } from './call/use-dark.ts';
import { useNotice } from './call/use-notice.ts';
import { useProviders } from './gateway/use-providers.ts';
import { chooseProvider } from './settings/choose-provider.ts';
import { useSettings } from './settings/use-settings.ts';
import { CallPanel } from './ui/call-panel.tsx';
import { FrameInspector } from './ui/frame-inspector.tsx';
import { LockedCard } from './ui/locked-card.tsx';
import { NoticeBar } from './ui/notice-bar.tsx';
import { PageHeader } from './ui/page-header.tsx';
import { SetupPanel } from './ui/setup-panel.tsx';
import { usePickers } from './ui/sound-settings.tsx';
import { TimelinePanel } from './ui/timeline-panel.tsx';

/** The whole page. */
export function App() {
  const [settings, change] = useSettings();
  const dark = useDark(settings.theme);
  const gateway = useProviders();
  const call = useCall(settings);
  const pickers = usePickers();
  const { notice, act } = useNotice(call, gateway, pickers);
  const { providers, problem, locked } = gateway;

  useEffect(() => {
    if (providers) change(chooseProvider(settings, providers));
    // Only what the gateway offers is a reason to choose anew.
  }, [providers]);

  return (
    <>
      <PageHeader dark={dark} onDark={(next) => change({ theme: next ? 'dark' : 'light' })} />
      <main className={locked ? 'page page-locked' : 'page'}>
        {/* Always there, so that what comes into it is read out. */}
        <div className="notice-place" role="alert">
          {locked && <LockedCard />}
        </div>
        {!locked && <NoticeBar notice={notice} onAction={act} />}
        {!locked && (providers !== undefined || problem !== undefined) && (
          <>
            <SetupPanel call={call} change={change} pickers={pickers} providers={providers ?? []} settings={settings} />
            <CallPanel call={call} canStart={providers !== undefined} settings={settings} />
            <div className="page-side">
              <TimelinePanel call={call} />
              <FrameInspector call={call} />
            </div>
          </>
        )}
      </main>
    </>
  );
}
