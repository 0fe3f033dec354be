import { ConversationError } from '../errors/conversation-error.ts';
import type { RoutableContext } from './audio-context.ts';

/** Which loudspeaker a context is heard from. */
export interface OutputRoute {
  /** @param deviceId - `''` is the system's default. @throws ConversationError `OUTPUT_NOT_FOUND` */
  use(deviceId: string): Promise<void>;
  close(): void;
}

/** Connects a node to the output of its context. */
export function createOutputRoute(context: RoutableContext, node: AudioNode): OutputRoute {
  let element: HTMLAudioElement | undefined;
  node.connect(context.destination);
  return {
    async use(deviceId) {
      try {
        if (context.setSinkId) await context.setSinkId(deviceId);
        else if (deviceId) await useElement(deviceId);
        else leaveElement();
      } catch (cause) {
        throw new ConversationError({ code: 'OUTPUT_NOT_FOUND', cause });
      }
    },
    close: leaveElement,
  };

  /** A detour for browsers whose contexts cannot choose: it costs some 50 ms more. */
  async function useElement(deviceId: string): Promise<void> {
    const next = element ?? new Audio();
    if (!next.setSinkId) throw new TypeError('This browser plays through the loudspeaker that the system chooses.');
    await next.setSinkId(deviceId);
    if (element) return;
    const detour = context.createMediaStreamDestination();
    next.srcObject = detour.stream;
    await next.play();
    node.disconnect();
    node.connect(detour);
    element = next;
  }

  function leaveElement(): void {
    if (!element) return;
    element.pause();
    element.srcObject = null;
    element = undefined;
    node.disconnect();
    node.connect(context.destination);
  }
}
