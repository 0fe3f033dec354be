import type { ConversationError } from '@speko/client-browser';
import { useState } from 'react';
import { toNotice, type Notice, type NoticeAction } from '../errors/to-notice.ts';
import type { ProvidersView } from '../gateway/use-providers.ts';
import type { Pickers } from '../ui/sound-settings.tsx';
import type { Call } from './use-call.ts';

/** What is wrong now, of the page's gateway or of the call, and what the buttons beside it do. */
export function useNotice(
  call: Call,
  gateway: ProvidersView,
  pickers: Pickers,
): { notice: Notice | undefined; act: (action: NoticeAction) => void } {
  const [dismissed, setDismissed] = useState<ConversationError>();
  const { error, status } = call.snapshot;
  const ended = status === 'ended' || status === 'idle';
  const shown = error === dismissed ? undefined : error;
  const notice: Notice | undefined =
    gateway.problem !== undefined
      ? { message: gateway.problem, actions: ['try-again'] }
      : shown && toNotice(shown, ended);

  function act(action: NoticeAction): void {
    // The button that was clicked goes away with the notice; focus goes on to where the action leads.
    const next = { 'choose-microphone': pickers.microphone.current, 'choose-speaker': pickers.speaker.current };
    const talk = document.querySelector<HTMLElement>('.talk-button');
    if (action in next && pickers.setup.current) pickers.setup.current.open = true;
    (action in next ? next[action as keyof typeof next] : talk)?.focus();
    if (action === 'dismiss') setDismissed(error);
    if (action === 'unblock') void call.conversation.unblock();
    if (action === 'type-instead') call.start('microphone');
    if (action === 'try-again') {
      if (gateway.problem === undefined) call.start();
      else gateway.retry();
    }
  }

  return { notice, act };
}
