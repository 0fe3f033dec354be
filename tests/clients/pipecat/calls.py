"""Whole calls of Pipecat's realtime services with the simulated vendors, in pipelines as applications build them."""

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
from google.genai.types import HttpOptions
from loguru import logger
from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    EndFrame,
    ErrorFrame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMMessagesAppendFrame,
    LLMRunFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.services.llm_service import FunctionCallParams, LLMService
from pipecat.services.openai.realtime import events as openai_events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.services.xai.realtime.llm import GrokRealtimeLLMService
from pipecat.workers.runner import WorkerRunner

TIDE = "The water stands 4.2 m above the sill."
RATE_HZ = 16_000


class Ear(BaseObserver):
    """Everything that the service brings forth."""

    def __init__(self, llm: LLMService) -> None:
        super().__init__()
        self._llm = llm
        self._seen: set[int] = set()
        self.text = ""
        self.audio_ms = 0.0
        self.transcripts: list[str] = []
        self.interruptions = 0
        self.is_answering = False
        self.errors: list[str] = []

    async def on_push_frame(self, data: FramePushed) -> None:
        frame = data.frame
        if isinstance(frame, ErrorFrame) and frame.id not in self._seen:
            self._seen.add(frame.id)
            self.errors.append(frame.error)
        if data.source is not self._llm or frame.id in self._seen:
            return
        self._seen.add(frame.id)
        match frame:
            case TTSTextFrame():
                self.text += frame.text
            case TTSAudioRawFrame():
                self.audio_ms += len(frame.audio) / 2 / frame.sample_rate * 1000
            case TranscriptionFrame():
                self.transcripts.append(frame.text)
            case InterruptionFrame():
                self.interruptions += 1
            case LLMFullResponseStartFrame():
                self.is_answering = True
            case LLMFullResponseEndFrame():
                self.is_answering = False


class Call:
    def __init__(self, llm: LLMService, opening: str) -> None:
        self.llm = llm
        self.ear = Ear(llm)
        self.tool_calls = 0
        schema = FunctionSchema(
            name="read_tide",
            description="How high the water stands.",
            properties={"harbour": {"type": "string"}},
            required=["harbour"],
        )
        llm.register_function("read_tide", self._read_tide)
        self.context = LLMContext([{"role": "user", "content": opening}], tools=ToolsSchema([schema]))
        aggregators = LLMContextAggregatorPair(self.context)
        pipeline = Pipeline([aggregators.user(), llm, aggregators.assistant()])
        params = PipelineParams(audio_in_sample_rate=RATE_HZ)
        self.worker = PipelineWorker(
            pipeline, params=params, observers=[self.ear], cancel_on_idle_timeout=False, enable_rtvi=False
        )

    async def _read_tide(self, params: FunctionCallParams) -> None:
        self.tool_calls += 1
        await params.result_callback(TIDE)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Microphone]:
        async def send(pcm: bytes) -> None:
            await self.worker.queue_frame(InputAudioRawFrame(audio=pcm, sample_rate=RATE_HZ, num_channels=1))

        started = asyncio.Event()

        @self.worker.event_handler("on_pipeline_started")
        async def _started(_worker: object, _frame: object) -> None:
            started.set()

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self.worker)
        run = asyncio.create_task(runner.run())
        await asyncio.wait_for(started.wait(), 30)
        try:
            async with Microphone(RATE_HZ, send) as microphone:
                yield microphone
        finally:
            await self.worker.queue_frame(EndFrame())
            await asyncio.wait_for(run, 30)

    async def write(self, text: str) -> None:
        # To the service itself: an aggregator before it would keep the words to the context.
        messages = [{"role": "user", "content": text}]
        await self.llm.queue_frame(LLMMessagesAppendFrame(messages=messages, run_llm=True))

    async def hears(self, words: str) -> None:
        """Waits until the service has said `words` since the last time."""
        ear = self.ear
        await eventually(lambda: words in ear.text, f"It did not say {words!r}.", 20)
        ear.text = ""


async def hold_call(name: str, llm: LLMService) -> None:
    call = Call(llm, "Good evening, harbour.")
    ear = call.ear

    async def quiet() -> None:
        """Until nothing more is said: what comes next shall interrupt nothing."""
        heard = -1.0
        while heard != ear.audio_ms or ear.is_answering:
            heard = ear.audio_ms
            await asyncio.sleep(0.5)

    async def opening() -> None:
        await call.worker.queue_frame(LLMRunFrame())
        await call.hears("Good evening, harbour.")
        await quiet()

    async def spoken_turn(microphone: Microphone) -> None:
        audio_ms = ear.audio_ms
        await microphone.speak()
        await call.hears("s of speech")
        expect(ear.audio_ms - audio_ms > 200, "Nothing was heard of it.")
        await eventually(lambda: any("s of speech" in text for text in ear.transcripts), f"{ear.transcripts}")
        await quiet()

    async def tool() -> None:
        calls = call.tool_calls
        await call.write("Use read_tide, please.")
        await call.hears("read_tide answered")
        expect(call.tool_calls == calls + 1, f"{call.tool_calls - calls} calls were made.")
        await quiet()

    async def typed() -> None:
        await call.write("When is high water?")
        await call.hears("When is high water?")
        await quiet()

    async def barge_in(microphone: Microphone) -> None:
        audio_ms = ear.audio_ms
        interruptions = ear.interruptions
        await call.write("Tell me of the tides, please. " * 6)
        await eventually(lambda: ear.audio_ms - audio_ms > 400, "There was no long reply.")
        await microphone.speak(600)
        await eventually(lambda: ear.interruptions > interruptions, "The interruption was not told.")
        await call.hears("0.6 s of speech")
        await quiet()

    async def no_errors() -> None:
        expect(ear.errors == [], "\n".join(ear.errors))

    async with call.running() as microphone:
        await check(f"{name}: opening", opening)
        await check(f"{name}: spoken turn", lambda: spoken_turn(microphone))
        await check(f"{name}: tool call and result, microphone open", tool)
        await check(f"{name}: typed text", typed)
        await check(f"{name}: interruption by speech", lambda: barge_in(microphone))
        await check(f"{name}: turn after it", lambda: spoken_turn(microphone))
        await check(f"{name}: no error", no_errors)


def google_service(model: str) -> GeminiLiveLLMService:
    return GeminiLiveLLMService(
        api_key="test-key",
        http_options=HttpOptions(base_url=http(GOOGLE)),
        settings=GeminiLiveLLMService.Settings(model=f"models/{model}", system_instruction="You answer for a harbour."),
    )


def openai_service() -> OpenAIRealtimeLLMService:
    properties = openai_events.SessionProperties(
        audio=openai_events.AudioConfiguration(
            input=openai_events.AudioInput(transcription=openai_events.InputAudioTranscription())
        )
    )
    settings = OpenAIRealtimeLLMService.Settings(model="gpt-realtime-2.1", session_properties=properties)
    return OpenAIRealtimeLLMService(api_key="test-key", base_url=f"{OPENAI}/v1/realtime", settings=settings)


async def main() -> None:
    logger.remove()
    let_google_speak_plainly()
    await asyncio.gather(
        hold_call("OpenAI", openai_service()),
        hold_call("xAI", GrokRealtimeLLMService(api_key="test-key", base_url=f"{XAI}/v1/realtime")),
        hold_call("Google 3.8", google_service(GEMINI_3_8)),
        hold_call("Google 3.8 extended thinking", google_service(GEMINI_3_8_THINKING)),
        hold_call("Google 3.1", google_service(GEMINI_3_1)),
        hold_call("Google 2.5", google_service(GEMINI_2_5)),
    )


if __name__ == "__main__":
    asyncio.run(main())
