"""Whole calls of LiveKit's realtime models with the simulated vendors."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from checks import (
    GEMINI_2_5,
    GEMINI_3_1,
    GEMINI_3_8,
    GEMINI_3_8_THINKING,
    GOOGLE,
    OPENAI,
    XAI,
    Microphone,
    check,
    eventually,
    expect,
    expect_words,
    http,
    let_google_speak_plainly,
)
from google.genai import types
from livekit import rtc
from livekit.agents import llm
from livekit.plugins import google, openai, xai

TIDE = "The water stands 4.2 m above the sill."


async def _read_tide(raw_arguments: dict[str, object]) -> str:
    return TIDE


def tide_tool() -> llm.RawFunctionTool:
    schema = {
        "type": "function",
        "name": "read_tide",
        "description": "How high the water stands.",
        "parameters": {"type": "object", "properties": {"harbour": {"type": "string"}}, "required": ["harbour"]},
    }
    return llm.function_tool(_read_tide, raw_schema=schema)


class Reply:
    """What became of one response."""

    def __init__(self) -> None:
        self.message_id: str | None = None
        self.modalities: list[str] = []
        self.text = ""
        self.audio_ms = 0.0
        self.calls: list[llm.FunctionCall] = []
        self.is_done = False


class Call:
    """One session in the hands of somebody who talks to it."""

    def __init__(self, model: llm.RealtimeModel, *, is_auto: bool = True) -> None:
        self.model = model
        self.is_google = isinstance(model, google.realtime.RealtimeModel)
        self.rate_hz = 16_000 if self.is_google else 24_000
        self.session = model.session()
        self.errors: list[str] = []
        self.transcripts: list[str] = []
        self.speech_starts = 0
        self.replies: list[Reply] = []
        self._readers: set[asyncio.Task[None]] = set()
        self.session.on("error", lambda event: self.errors.append(repr(event.error)))
        self.session.on("generation_created", self._read)
        self.session.on("input_speech_started", self._speech_started)
        self.session.on("input_audio_transcription_completed", lambda event: self.transcripts.append(event.transcript))

    def _speech_started(self, _event: object) -> None:
        self.speech_starts += 1

    def _read(self, generation: llm.GenerationCreatedEvent) -> None:
        reply = Reply()
        self.replies.append(reply)
        task = asyncio.create_task(self._read_all(generation, reply))
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _read_all(self, generation: llm.GenerationCreatedEvent, reply: Reply) -> None:
        async def words(message: llm.MessageGeneration) -> None:
            async for text in message.text_stream:
                reply.text += text

        async def sound(message: llm.MessageGeneration) -> None:
            async for frame in message.audio_stream:
                reply.audio_ms += frame.duration * 1000

        async def messages() -> None:
            async for message in generation.message_stream:
                reply.message_id = message.message_id
                await asyncio.gather(words(message), sound(message))
                reply.modalities = list(await message.modalities)

        async def calls() -> None:
            async for call in generation.function_stream:
                reply.calls.append(call)

        await asyncio.gather(messages(), calls())
        reply.is_done = True

    async def next_reply(self, seen: int, what: str) -> Reply:
        """The first whole reply after `seen` others that says or calls anything."""

        def found() -> Reply | None:
            return next((r for r in self.replies[seen:] if r.is_done and (r.text or r.calls)), None)

        await eventually(lambda: found() is not None, f"There was no reply to {what}. Errors: {self.errors}", 20)
        reply = found()
        assert reply is not None
        return reply

    def push(self, pcm: bytes) -> None:
        self.session.push_audio(rtc.AudioFrame(pcm, self.rate_hz, 1, len(pcm) // 2))

    @contextlib.asynccontextmanager
    async def microphone(self) -> AsyncIterator[Microphone]:
        async def send(pcm: bytes) -> None:
            self.push(pcm)

        async with Microphone(self.rate_hz, send) as microphone:
            yield microphone

    async def type(self, text: str) -> Reply:
        """Writes a message and asks for the answer."""
        seen = len(self.replies)
        context = self.session.chat_ctx.copy()
        context.add_message(role="user", content=text)
        await self.session.update_chat_ctx(context)
        await self.session.generate_reply()
        return await self.next_reply(seen, f"the words {text!r}")

    async def answer_call(self, call: llm.FunctionCall) -> Reply:
        seen = len(self.replies)
        context = self.session.chat_ctx.copy()
        if context.get_by_id(call.id) is None:
            context.items.append(call)
        output = llm.FunctionCallOutput(name=call.name, call_id=call.call_id, output=TIDE, is_error=False)
        context.items.append(output)
        await self.session.update_chat_ctx(context)
        if not self.model.capabilities.auto_tool_reply_generation:
            await self.session.generate_reply()
        return await self.next_reply(seen, "the result of a call")

    async def close(self) -> None:
        await self.session.aclose()
        await self.model.aclose()


async def hold_call(name: str, model: llm.RealtimeModel) -> None:
    """A call whose microphone is never closed, in which the vendor finds the turns."""
    call = Call(model)
    session = call.session

    # At once, as an agent session does it: later both would open the connection to Google anew.
    await session.update_instructions("You answer for a harbour.")
    await session.update_tools([tide_tool()])

    async def opening() -> None:
        seen = len(call.replies)
        await session.generate_reply(instructions='Say exactly "Good evening."')
        expect_words((await call.next_reply(seen, "the opening")).text, "Good evening.")

    async def spoken_turn(microphone: Microphone) -> None:
        seen = len(call.replies)
        await microphone.speak()
        reply = await call.next_reply(seen, "a spoken turn")
        expect_words(reply.text, "s of speech")
        expect(reply.audio_ms > 500, f"{reply.audio_ms} ms were heard of it.")
        await eventually(lambda: any("s of speech" in text for text in call.transcripts), f"{call.transcripts}")

    async def answered(reply: Reply) -> None:
        expect(len(reply.calls) == 1, f"{len(reply.calls)} calls were made, and {reply.text!r} was said.")
        expect(reply.calls[0].name == "read_tide", f"{reply.calls[0].name} was called.")
        expect_words((await call.answer_call(reply.calls[0])).text, "read_tide answered")

    async def tool() -> None:
        seen = len(call.replies)
        reply = await call.type("Use read_tide, please.")
        if not reply.calls:
            # Some models say that they will look before they do.
            await eventually(lambda: any(r.calls for r in call.replies[seen:]), "No call was made.")
            reply = next(r for r in call.replies[seen:] if r.calls)
        await answered(reply)

    async def typed() -> None:
        expect_words((await call.type("When is high water?")).text, 'you wrote "When is high water?"')

    async def begin_long_reply() -> Reply:
        seen = len(call.replies)
        context = session.chat_ctx.copy()
        context.add_message(role="user", content="Tell me of the tides, please. " * 6)
        await session.update_chat_ctx(context)
        await session.generate_reply()
        await eventually(lambda: any(r.audio_ms > 400 for r in call.replies[seen:]), "There was no long reply.")
        return next(r for r in call.replies[seen:] if r.audio_ms > 400)

    async def barge_in(microphone: Microphone) -> None:
        starts = call.speech_starts
        reply = await begin_long_reply()
        seen = len(call.replies)
        await microphone.speak(600)
        await eventually(lambda: call.speech_starts > starts, "The speech was not told.")
        await eventually(lambda: reply.is_done, "The reply did not end.")
        if model.capabilities.message_truncation:
            expect(reply.message_id is not None, "The reply has no id.")
            session.truncate(message_id=str(reply.message_id), modalities=["audio"], audio_end_ms=300)
        expect_words((await call.next_reply(seen, "the speech that interrupted")).text, "s of speech")

    async def cancel() -> None:
        reply = await begin_long_reply()
        session.interrupt()
        await eventually(lambda: reply.is_done, "The reply did not end.", 3)
        session.truncate(message_id=str(reply.message_id), modalities=["audio"], audio_end_ms=0)

        # Nothing was heard, so the message is deleted; one placed after it would be refused. xAI does not say what it
        # deleted, so the plugin keeps it in mind there.
        def is_gone() -> bool:
            return session.chat_ctx.get_by_id(str(reply.message_id)) is None

        if not isinstance(model, xai.realtime.RealtimeModel):
            await eventually(is_gone, "The message was not deleted.")
        expect_words((await call.type("And now?")).text, "And now?")

    async def say() -> None:
        seen = len(call.replies)
        await session.say("The harbour office is closed.")
        expect_words((await call.next_reply(seen, "say")).text, "The harbour office is closed.")

    async def no_errors() -> None:
        expect(call.errors == [], "\n".join(call.errors))

    async with call.microphone() as microphone:
        await check(f"{name}: opening", opening)
        await check(f"{name}: tool call and result, microphone open", tool)
        await check(f"{name}: spoken turn", lambda: spoken_turn(microphone))
        await check(f"{name}: typed text", typed)
        await check(f"{name}: interruption by speech", lambda: barge_in(microphone))
        if not call.is_google:
            await check(f"{name}: interruption by cancel, deletion, next turn", cancel)
        if model.capabilities.supports_say:
            await check(f"{name}: say", say)
        await check(f"{name}: no error", no_errors)
    await call.close()


async def hold_manual_call(name: str, model: llm.RealtimeModel) -> None:
    """A call in which the client ends the turns."""
    call = Call(model)
    session = call.session

    async def turn(ms: int) -> None:
        seen = len(call.replies)
        if call.is_google:
            session.start_user_activity()
        async with call.microphone() as microphone:
            await microphone.speak(ms)
        if not call.is_google:
            session.commit_audio()
        await session.generate_reply()
        expect_words((await call.next_reply(seen, "a turn ended by hand")).text, "s of speech")

    async def interruption() -> None:
        seen = len(call.replies)
        context = session.chat_ctx.copy()
        context.add_message(role="user", content="Tell me of the tides, please. " * 6)
        await session.update_chat_ctx(context)
        await session.generate_reply()
        await eventually(lambda: any(r.audio_ms > 400 for r in call.replies[seen:]), "There was no long reply.")
        reply = call.replies[-1]
        session.interrupt()
        await eventually(lambda: reply.is_done, "The reply did not end.", 3)
        if not call.is_google:
            session.truncate(message_id=str(reply.message_id), modalities=["audio"], audio_end_ms=200)
            session.clear_audio()
        await turn(800)

    async def no_errors() -> None:
        expect(call.errors == [], "\n".join(call.errors))

    await check(f"{name}: turn ended by hand", lambda: turn(1000))
    await check(f"{name}: interruption by hand, next turn", interruption)
    await check(f"{name}: no error", no_errors)
    await call.close()


def google_model(model: str, **options: object) -> google.realtime.RealtimeModel:
    http_options = types.HttpOptions(base_url=http(GOOGLE))
    return google.realtime.RealtimeModel(model=model, api_key="test-key", http_options=http_options, **options)


async def main() -> None:
    let_google_speak_plainly()
    by_hand = types.RealtimeInputConfig(automatic_activity_detection=types.AutomaticActivityDetection(disabled=True))
    openai_options = {"base_url": f"{http(OPENAI)}/v1", "api_key": "test-key", "model": "gpt-realtime-2.1"}
    await asyncio.gather(
        hold_call("OpenAI", openai.realtime.RealtimeModel(**openai_options)),
        hold_manual_call("OpenAI, manual", openai.realtime.RealtimeModel(**openai_options, turn_detection=None)),
        hold_call("xAI", xai.realtime.RealtimeModel(base_url=f"{http(XAI)}/v1", api_key="test-key")),
        hold_call("Google 3.8", google_model(GEMINI_3_8)),
        hold_call(
            "Google 3.8 extended thinking",
            google_model(GEMINI_3_8_THINKING, thinking_config=types.ThinkingConfig(thinking_level="LOW")),
        ),
        hold_call("Google 3.1", google_model(GEMINI_3_1)),
        hold_call("Google 2.5", google_model(GEMINI_2_5)),
        hold_manual_call("Google 3.8, manual", google_model(GEMINI_3_8, realtime_input_config=by_hand)),
    )


if __name__ == "__main__":
    asyncio.run(main())
