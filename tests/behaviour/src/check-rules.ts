import type { SessionFrame } from '@speko/client-node';

/**
 * What holds of every call with every provider, real ones included, whatever the scenario.
 *
 * @returns what is wrong, one sentence each
 */
export function checkRules(frames: readonly SessionFrame[]): string[] {
  return [
    ...checkFrame(frames),
    ...checkTurns(frames),
    ...checkAudio(frames),
    ...checkTexts(frames),
    ...checkTools(frames),
  ];
}

/** `ready` is the first frame, but for errors, and comes once; `close` is the last. */
function checkFrame(frames: readonly SessionFrame[]): string[] {
  const types = frames.map(({ type }) => type);
  const wrong: string[] = [];
  if (types.indexOf('close') !== types.length - 1) wrong.push('"close" is not the last frame.');
  const readyAt = types.indexOf('ready');
  if (types.lastIndexOf('ready') !== readyAt) wrong.push('"ready" came twice.');
  const before = types.slice(0, readyAt < 0 ? types.length - 1 : readyAt).filter((type) => type !== 'error');
  if (before.length > 0) wrong.push(`Before "ready" came ${before.join(', ')}.`);
  return wrong;
}

/** A turn belongs to one role; whoever starts to speak stops once; an assistant who was cut has stopped. */
function checkTurns(frames: readonly SessionFrame[]): string[] {
  const wrong: string[] = [];
  const roles = new Map<string, string>();
  const speaking = new Set<string>();
  const cut = new Set<string>();
  for (const frame of frames) {
    if ((frame.type === 'speech' || frame.type === 'transcript') && frame.turn !== undefined) {
      if ((roles.get(frame.turn) ?? frame.role) !== frame.role) wrong.push(`Both spoke in the turn ${frame.turn}.`);
      roles.set(frame.turn, frame.role);
    }
    if (frame.type === 'interruption' && frame.turn !== undefined) {
      if (cut.has(frame.turn)) wrong.push(`${frame.turn} was interrupted twice.`);
      cut.add(frame.turn);
    }
    if (frame.type !== 'speech') continue;
    const isStart = frame.state === 'started';
    if (isStart === speaking.has(frame.turn)) wrong.push(`${frame.turn} ${frame.state} to speak out of order.`);
    if (isStart && cut.has(frame.turn)) wrong.push(`${frame.turn} started to speak after it had been interrupted.`);
    if (isStart) speaking.add(frame.turn);
    else speaking.delete(frame.turn);
  }
  const open = [...speaking].filter((turn) => roles.get(turn) === 'assistant');
  return [...wrong, ...open.map((turn) => `${turn} never stopped to speak.`)];
}

/** Audio lies between `started` and `stopped` of its turn, and none follows the interruption of it. */
function checkAudio(frames: readonly SessionFrame[]): string[] {
  const wrong: string[] = [];
  let speaking: string | undefined;
  for (const frame of frames) {
    if (frame.type === 'speech' && frame.role === 'assistant')
      speaking = frame.state === 'started' ? frame.turn : undefined;
    if (frame.type === 'interruption') speaking = undefined;
    if (frame.type !== 'audio') continue;
    if (frame.pcm.byteLength % 2 !== 0) wrong.push('Audio came in half samples.');
    if (speaking === undefined || frame.turn !== speaking)
      wrong.push(`Audio of ${frame.turn ?? 'no turn'} came while ${speaking ?? 'nobody'} was to be heard.`);
  }
  return [...new Set(wrong)];
}

/** Exactly one final per turn and role, nothing of the turn after it, and partial words that add up. */
function checkTexts(frames: readonly SessionFrame[]): string[] {
  const wrong: string[] = [];
  const texts = new Map<string, string>();
  const finals = new Set<string>();
  const heard = new Set<string>();
  for (const frame of frames) {
    if (frame.type === 'audio') heard.add(frame.turn ?? '-');
    if (frame.type !== 'transcript') continue;
    const turn = frame.turn ?? '-';
    if (finals.has(turn)) wrong.push(`Words of ${turn} came after its final.`);
    if (frame.final) finals.add(turn);
    const before = texts.get(turn) ?? '';
    if (frame.delta !== undefined && frame.text !== before + frame.delta)
      wrong.push(`The partial "${frame.text}" of ${turn} is not "${before}" and "${frame.delta}".`);
    texts.set(turn, frame.text);
  }
  const without = [...new Set([...texts.keys(), ...heard])].filter((turn) => !finals.has(turn));
  return [...wrong, ...without.map((turn) => `${turn} has no final.`)];
}

/** A call comes once, and a tool of the client runs once for it, and only then. */
function checkTools(frames: readonly SessionFrame[]): string[] {
  const wrong: string[] = [];
  const open = new Set<string>();
  const called = new Set<string>();
  for (const frame of frames) {
    if (frame.type === 'tool_call') {
      if (called.has(frame.callId)) wrong.push(`The call ${frame.callId} came twice.`);
      called.add(frame.callId);
      open.add(frame.callId);
    }
    if (frame.type === 'tool_result' && !open.delete(frame.callId))
      wrong.push(`A tool ran for ${frame.callId} without a call of its own.`);
  }
  return wrong;
}
