"""What the programs of all suites share: lines for the runner, and a voice."""

import array
import asyncio
import json
import os
import traceback
from collections.abc import Awaitable, Callable

OPENAI = os.environ["OPENAI_SIMULATOR"]
GOOGLE = os.environ["GOOGLE_SIMULATOR"]
XAI = os.environ["XAI_SIMULATOR"]

CHECK_SECONDS = 40
FRAME_MS = 20

# Models of Google, each of another generation.
GEMINI_3_8 = "gemini-3.8-live"
GEMINI_3_8_THINKING = "gemini-3.8-live-extended-thinking"
GEMINI_3_1 = "gemini-3.1-flash-live-preview"
GEMINI_2_5 = "gemini-2.5-flash-native-audio-preview-12-2025"


def http(address: str) -> str:
    """The same address for clients that turn it into that of a WebSocket themselves."""
    return address.replace("ws://", "http://", 1)


async def check(name: str, work: Callable[[], Awaitable[None]]) -> bool:
    """Tells the runner whether `work` went through. Says so itself, too."""
    try:
        await asyncio.wait_for(work(), CHECK_SECONDS)
    except TimeoutError:
        fault = f"It was not done within {CHECK_SECONDS} s."
    except AssertionError as error:
        fault = str(error) or traceback.format_exc(limit=-1)
    except Exception:
        fault = traceback.format_exc(limit=-3).strip()
    else:
        print(json.dumps({"check": name}), flush=True)
        return True
    print(json.dumps({"check": name, "fault": fault}), flush=True)
    return False


def expect(holds: bool, fault: str) -> None:
    if not holds:
        raise AssertionError(fault)


def expect_words(said: str, expected: str) -> None:
    expect(expected in said, f"It said {said!r} instead of {expected!r}.")


async def eventually(holds: Callable[[], bool], fault: str, seconds: float = 10) -> None:
    """Waits until something has become so."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not holds():
        expect(asyncio.get_running_loop().time() < deadline, fault)
        await asyncio.sleep(0.01)


def speech(rate_hz: int, ms: int) -> bytes:
    """A buzz as loud as a voice: mono PCM16."""
    period = rate_hz // 200
    count = rate_hz * ms // 1000
    return array.array("h", (8000 if i % period < period // 2 else -8000 for i in range(count))).tobytes()


class Microphone:
    """Never stops: silence in real time, and speech where somebody speaks."""

    def __init__(self, rate_hz: int, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._rate_hz = rate_hz
        self._send = send
        self._frame_bytes = rate_hz * FRAME_MS // 1000 * 2
        self._waiting = bytearray()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Microphone":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def speak(self, ms: int = 1200) -> None:
        """Returns once it is said."""
        self._waiting += speech(self._rate_hz, ms)
        while self._waiting:
            await asyncio.sleep(FRAME_MS / 1000)

    async def _run(self) -> None:
        silence = bytes(self._frame_bytes)
        clock = asyncio.get_running_loop()
        due = clock.time()
        while True:
            frame = bytes(self._waiting[: self._frame_bytes])
            del self._waiting[: self._frame_bytes]
            await self._send(frame + silence[len(frame) :])
            due += FRAME_MS / 1000
            await asyncio.sleep(max(0, due - clock.time()))


def let_google_speak_plainly() -> None:
    """The SDK of Google insists on TLS: nothing else about it is changed."""
    from google.genai import live

    connect = live.ws_connect

    def connect_plainly(uri: str, **options: object) -> object:
        return connect(uri.replace("wss://", "ws://", 1), **{**options, "ssl": None})

    live.ws_connect = connect_plainly
