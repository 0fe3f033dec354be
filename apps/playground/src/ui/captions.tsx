import type { Call } from '../call/use-call.ts';
import { useStickToEnd } from '../call/use-stick-to-end.ts';
import { placeTools } from '../journal/place-tools.ts';
import { ToolCaption } from './tool-caption.tsx';
import { TurnCaption } from './turn-caption.tsx';

/** The transcript of both sides with the tool calls. Only final text is announced. */
export function Captions({ call, hint }: { call: Call; hint: string }) {
  const { transcript } = call.snapshot;
  const { tools, latencies } = call.view;
  const waits = new Map(latencies.map(({ turn, fromMs, toMs }) => [turn, toMs - fromMs]));
  const list = useStickToEnd<HTMLDivElement>();
  const placed = placeTools(transcript, tools);
  const toolsAfter = (turn: string | undefined) =>
    placed.get(turn)?.map((tool) => <ToolCaption key={tool.callId} tool={tool} />) ?? [];
  const empty = transcript.length === 0 && tools.length === 0;

  return (
    <div aria-label="Captions" className="captions" data-testid="captions" ref={list} role="log" tabIndex={0}>
      {empty && <p className="captions-empty">{hint}</p>}
      {toolsAfter(undefined)}
      {transcript.flatMap((turn) => [
        <TurnCaption key={`${turn.id} ${turn.final ? 'final' : 'partial'}`} turn={turn} waitMs={waits.get(turn.id)} />,
        ...toolsAfter(turn.id),
      ])}
    </div>
  );
}
