"""Calls of Google's own SDK with the simulated Gemini Live API, and the setups it can send."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from checks import (
    GEMINI_2_5,
    GEMINI_3_1,
    GEMINI_3_8,
    GEMINI_3_8_THINKING,
    GOOGLE,
    Microphone,
    check,
    eventually,
    expect,
    expect_words,
    http,
    let_google_speak_plainly,
)
from google import genai
from google.genai import errors, types
from google.genai.live import AsyncSession
from pydantic import BaseModel

RATE_HZ = 16_000
TIDE = types.FunctionDeclaration(
    name="read_tide",
    description="How high the water stands.",
    parameters=types.Schema(type=types.Type.OBJECT, properties={"harbour": types.Schema(type=types.Type.STRING)}),
)
PROACTIVE = types.ProactivityConfig(proactive_audio=True)
LOW = types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW)


def client(api_version: str | None = None) -> genai.Client:
    options = types.HttpOptions(base_url=http(GOOGLE), api_version=api_version)
    return genai.Client(api_key="test-key", http_options=options)


def config(model: str, **fields: object) -> types.LiveConnectConfig:
    thinking = {"thinking_config": LOW} if model == GEMINI_3_8_THINKING else {}
    defaults: dict[str, Any] = {
        "response_modalities": [types.Modality.AUDIO],
        "input_audio_transcription": types.AudioTranscriptionConfig(),
        "output_audio_transcription": types.AudioTranscriptionConfig(),
        **thinking,
    }
    return types.LiveConnectConfig(**{**defaults, **fields})


class Call:
    """One session, and what came of it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.text = ""
        self.heard = ""
        self.audio_bytes = 0
        self.turns = 0
        self.interruptions = 0
        self.calls: list[types.FunctionCall] = []
        self.cancelled: list[str] = []
        self.handle: str | None = None
        self.end: Exception | None = None

    async def listen(self) -> None:
        try:
            while True:
                async for message in self.session.receive():
                    self._take(message)
        except Exception as error:
            self.end = error

    def _take(self, message: types.LiveServerMessage) -> None:
        if message.tool_call:
            self.calls += message.tool_call.function_calls or []
        if message.tool_call_cancellation:
            self.cancelled += message.tool_call_cancellation.ids or []
        if message.session_resumption_update and message.session_resumption_update.resumable:
            self.handle = message.session_resumption_update.new_handle
        content = message.server_content
        if content is None:
            return
        self.audio_bytes += len(message.data or b"")
        self.text += (content.output_transcription and content.output_transcription.text) or ""
        self.heard += (content.input_transcription and content.input_transcription.text) or ""
        self.turns += bool(content.turn_complete)
        self.interruptions += bool(content.interrupted)

    async def send_audio(self, pcm: bytes) -> None:
        await self.session.send_realtime_input(audio=types.Blob(data=pcm, mime_type=f"audio/pcm;rate={RATE_HZ}"))

    async def turn_after(self, work: Callable[[], Awaitable[object]]) -> str:
        """What is said from then on, until a turn that says something is complete."""
        turns, self.text = self.turns, ""
        await work()
        await eventually(lambda: self.turns > turns and self.text != "", f"No turn was completed. {self.end or ''}", 20)
        return self.text


@contextlib.asynccontextmanager
async def calling(
    model: str, api_version: str | None = None, /, **fields: object
) -> AsyncIterator[Call]:
    async with client(api_version).aio.live.connect(model=model, config=config(model, **fields)) as session:
        call = Call(session)
        listening = asyncio.create_task(call.listen())
        try:
            yield call
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def hold_call(name: str, model: str) -> None:
    tools = [types.Tool(function_declarations=[TIDE])]
    async with (
        calling(model, tools=tools, session_resumption=types.SessionResumptionConfig()) as call,
        Microphone(RATE_HZ, call.send_audio) as microphone,
    ):
        session = call.session

        async def opening() -> None:
            said = await call.turn_after(lambda: session.send_realtime_input(text='Say exactly "Good evening."'))
            expect_words(said, "Good evening.")

        async def tool() -> None:
            await session.send_realtime_input(text="Use read_tide, please.")
            await eventually(lambda: call.calls != [], "No call was made.")
            made = call.calls[0]
            response = types.FunctionResponse(id=made.id, name=made.name, response={"output": "4.2 m"})
            said = await call.turn_after(lambda: session.send_tool_response(function_responses=[response]))
            expect_words(said, "read_tide answered 4.2 m")

        async def spoken() -> None:
            bytes_before = call.audio_bytes
            expect_words(await call.turn_after(microphone.speak), "s of speech")
            expect(call.audio_bytes - bytes_before > 24_000, "Nothing was heard of it.")
            await eventually(lambda: "s of speech" in call.heard, "Nothing was transcribed.")

        async def typed() -> None:
            said = await call.turn_after(lambda: session.send_realtime_input(text="When is high water?"))
            expect_words(said, "When is high water?")

        async def content() -> None:
            turn = types.Content(role="user", parts=[types.Part(text="When is low water?")])
            said = await call.turn_after(lambda: session.send_client_content(turns=turn, turn_complete=True))
            expect_words(said, "When is low water?")

        async def content_in_pieces() -> None:
            turn = types.Content(role="user", parts=[types.Part(text="And tomorrow?")])
            await session.send_client_content(turns=turn, turn_complete=False)
            said = await call.turn_after(lambda: session.send_client_content(turn_complete=True))
            expect_words(said, "And tomorrow?")

        async def barge_in() -> None:
            interruptions, heard = call.interruptions, call.audio_bytes
            await session.send_realtime_input(text="Tell me of the tides, please. " * 6)
            await eventually(lambda: call.audio_bytes - heard > 24_000, "There was no long reply.")
            await microphone.speak(600)
            await eventually(lambda: call.interruptions == interruptions + 1, "The interruption was not told.")
            await eventually(lambda: "0.6 s of speech" in call.text, f"It said {call.text!r}.")

        async def no_end() -> None:
            expect(call.end is None, str(call.end))

        await check(f"{name}: opening", opening)
        await check(f"{name}: tool call and result, microphone open", tool)
        await check(f"{name}: spoken turn", spoken)
        await check(f"{name}: typed text", typed)
        await check(f"{name}: content", content)
        await check(f"{name}: content in two messages", content_in_pieces)
        await check(f"{name}: interruption by speech", barge_in)
        await check(f"{name}: still there", no_end)
    if call.handle is None:
        return

    async def resumption() -> None:
        resumed = types.SessionResumptionConfig(handle=call.handle)
        async with calling(model, tools=tools, session_resumption=resumed) as second:
            said = await second.turn_after(lambda: second.session.send_realtime_input(text="Still there?"))
            expect_words(said, "Still there?")

    await check(f"{name}: resumption", resumption)


async def hold_manual_call() -> None:
    by_hand = types.RealtimeInputConfig(automatic_activity_detection=types.AutomaticActivityDetection(disabled=True))
    async with calling(GEMINI_3_8, realtime_input_config=by_hand) as call:

        async def turn() -> None:
            async def speak() -> None:
                await call.session.send_realtime_input(activity_start=types.ActivityStart())
                async with Microphone(RATE_HZ, call.send_audio) as microphone:
                    await microphone.speak(1000)
                await call.session.send_realtime_input(activity_end=types.ActivityEnd())

            expect_words(await call.turn_after(speak), "s of speech")

        await check("Google 3.8, manual: turn ended by hand", turn)


async def update_context() -> None:
    async with calling(GEMINI_3_8) as call:

        async def update() -> None:
            await call.session.send_context_update(
                system_instruction="Be brief.", tools=[types.Tool(function_declarations=[TIDE])]
            )
            await call.session.send_realtime_input(text="Use read_tide, please.")
            await eventually(lambda: call.calls != [], "No call was made.")
            await call.session.send_context_update(tools=[])
            said = await call.turn_after(lambda: call.session.send_realtime_input(text="Use read_tide again."))
            expect_words(said, "Use read_tide again.")

        await check("Google 3.8: update of the context", update)


async def tell_history(name: str, model: str) -> None:
    history = types.HistoryConfig(initial_history_in_client_content=True)
    async with calling(model, history_config=history) as call:

        async def tell() -> None:
            turns = [
                types.Content(role="model", parts=[types.Part(text="Good evening.")]),
                types.Content(role="user", parts=[types.Part(text="Which harbour is this?")]),
            ]

            async def seed() -> None:
                await call.session.send_client_content(turns=turns, turn_complete=True)
                if model != GEMINI_2_5:
                    await call.session.send_realtime_input(text=" ")

            expect_words(await call.turn_after(seed), "Which harbour is this?")

        await check(f"{name}: history", tell)


# Each as (model, version of the API, fields, the reason of the refusal or None).
SETUPS: list[tuple[str, str, dict[str, object], str | None]] = [
    (GEMINI_3_8, "v1beta", {}, None),
    (GEMINI_3_8, "v1beta", {"temperature": 0.7, "top_p": 0.9, "top_k": 40.0, "seed": 1}, None),
    (GEMINI_3_8, "v1beta", {"max_output_tokens": 512}, None),
    (GEMINI_3_8, "v1beta", {"media_resolution": types.MediaResolution.MEDIA_RESOLUTION_LOW}, None),
    (GEMINI_3_8, "v1beta", {"speech_config": types.SpeechConfig(language_code="en-US")}, None),
    (GEMINI_3_8, "v1beta", {"translation_config": types.TranslationConfig(target_language_code="de")}, None),
    (GEMINI_3_8, "v1beta", {"tools": [types.Tool(google_search=types.GoogleSearch())]}, None),
    (GEMINI_3_8, "v1beta", {"thinking_config": LOW}, "invalid argument"),
    (GEMINI_3_8, "v1beta", {"response_modalities": [types.Modality.TEXT]}, "invalid argument"),
    (GEMINI_3_8, "v1beta", {"proactivity": PROACTIVE}, 'Unknown name "proactivity"'),
    (GEMINI_3_1, "v1beta", {"thinking_config": types.ThinkingConfig(thinking_level="MINIMAL")}, None),
    (GEMINI_3_1, "v1beta", {"thinking_config": types.ThinkingConfig(thinking_budget=0)}, "invalid argument"),
    (GEMINI_3_8_THINKING, "v1beta", {"thinking_config": types.ThinkingConfig(thinking_budget=512)}, None),
    (
        GEMINI_3_8_THINKING,
        "v1beta",
        {"thinking_config": types.ThinkingConfig(thinking_level="MINIMAL")},
        "invalid argument",
    ),
    (GEMINI_3_8_THINKING, "v1beta", {"thinking_config": None}, "Thinking level must be specified"),
    (GEMINI_2_5, "v1beta", {"thinking_config": types.ThinkingConfig(thinking_budget=0)}, None),
    (GEMINI_2_5, "v1beta", {"thinking_config": LOW}, "invalid argument"),
    (GEMINI_2_5, "v1beta", {"enable_affective_dialog": True}, "invalid argument"),
    (GEMINI_2_5, "v1alpha", {"enable_affective_dialog": True}, None),
    (GEMINI_2_5, "v1alpha", {"proactivity": PROACTIVE}, None),
]


def plain(value: object) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_none=True)
    if isinstance(value, list):
        return f"[{', '.join(plain(each) for each in value)}]"
    return str(getattr(value, "value", value))


async def try_setup(model: str, version: str, fields: dict[str, object], refusal: str | None) -> None:
    async def connect() -> None:
        try:
            async with calling(model, version, **fields) as call:
                said = await call.turn_after(lambda: call.session.send_realtime_input(text="Hello."))
                expect_words(said, "Hello.")
        except errors.APIError as error:
            expect(refusal is not None and refusal in str(error), str(error))
        else:
            expect(refusal is None, f"It was taken, and not refused with {refusal!r}.")

    what = ", ".join(f"{name}={plain(value)}" for name, value in fields.items()) or "nothing unusual"
    await check(f"{model} on {version} {'refuses' if refusal else 'takes'} {what}", connect)


async def main() -> None:
    let_google_speak_plainly()
    await asyncio.gather(
        hold_call("Google 3.8", GEMINI_3_8),
        hold_call("Google 3.8 extended thinking", GEMINI_3_8_THINKING),
        hold_call("Google 3.1", GEMINI_3_1),
        hold_call("Google 2.5", GEMINI_2_5),
        hold_manual_call(),
        update_context(),
        tell_history("Google 3.8", GEMINI_3_8),
        tell_history("Google 2.5", GEMINI_2_5),
    )
    await asyncio.gather(*(try_setup(*setup) for setup in SETUPS))


if __name__ == "__main__":
    asyncio.run(main())
