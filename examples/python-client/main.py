"""A whole call with the published Python client: plays a recording, answers a tool call, keeps the reply.

Exits with 1 when the call fell short.
"""

import asyncio
import json
import os
import sys
import wave
from pathlib import Path

from spekoai import AsyncSpeko
from spekoai.models import RealtimeConnectParams, RealtimeToolSpec

PROVIDER = os.environ.get("SPEKO_PROVIDER", "echo")
MODEL = os.environ.get("SPEKO_MODEL", "echo-tools")
RATE_HZ = 24_000
CHUNK_MS = 20
CALL_TIMEOUT_SECONDS = 60

GET_WEATHER = RealtimeToolSpec(
    name="get_weather",
    description="The weather in a city today.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
)


def params() -> RealtimeConnectParams:
    values = {
        "provider": PROVIDER,
        "model": MODEL,
        "system_prompt": "Answer in one sentence. Use get_weather for questions about the weather.",
        "tools": [GET_WEATHER],
    }
    # The package knows the three vendors and no other provider; without its check it sends what it is given.
    if PROVIDER in ("openai", "google", "xai"):
        return RealtimeConnectParams(**values)
    return RealtimeConnectParams.model_construct(**values)


def read_recording(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        found = (file.getframerate(), file.getnchannels(), file.getsampwidth())
        if found != (RATE_HZ, 1, 2):
            sys.exit(f"{path} has to be mono PCM16 at {RATE_HZ} Hz.")
        return file.readframes(file.getnframes())


def write_reply(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setframerate(RATE_HZ)
        file.setnchannels(1)
        file.setsampwidth(2)
        file.writeframes(pcm)


async def talk(session, pcm: bytes, understood: asyncio.Event) -> None:
    """Talks at the pace of real time, as a microphone would, until it is understood: more would interrupt the answer."""
    chunk_bytes = RATE_HZ * 2 * CHUNK_MS // 1000
    loop = asyncio.get_running_loop()
    started = loop.time()
    for index, at in enumerate(range(0, len(pcm), chunk_bytes)):
        await asyncio.sleep(max(0, started + index * CHUNK_MS / 1000 - loop.time()))
        if understood.is_set():
            return
        await session.send_audio(pcm[at : at + chunk_bytes])
    await session.commit()


async def call(pcm: bytes) -> tuple[bytes, str, str]:
    """Holds the call. Returns the reply, its words, and what the tool answered."""
    reply = bytearray()
    words = tool_output = ""
    base_url = os.environ.get("SPEKO_BASE_URL", "http://127.0.0.1:8787")
    async with AsyncSpeko(api_key=os.environ["SPEKO_API_KEY"], base_url=base_url) as speko:
        async with await speko.connect_realtime(params()) as session:
            print(f"session {session.session_id}")
            understood = asyncio.Event()
            talking = asyncio.create_task(talk(session, pcm, understood))
            async for frame in session:
                kind = frame["type"]
                if kind == "audio":
                    reply += frame["pcm"]
                elif kind == "tool_call":
                    city = json.loads(frame["arguments"]).get("city", "Rome")
                    tool_output = json.dumps({"city": city, "sky": "clear", "celsius": 24})
                    print(f"tool {frame['name']}: {tool_output}")
                    await session.send_tool_result(frame["call_id"], tool_output)
                elif kind == "transcript" and frame["final"]:
                    print(f"{frame['role']}: {frame['text']}")
                    if frame["role"] == "assistant":
                        words = frame["text"]
                        break
                    understood.set()
                elif kind in ("error", "close"):
                    print(frame, file=sys.stderr)
            await talking
    return bytes(reply), words, tool_output


def main() -> int:
    arguments = sys.argv[1:3]
    defaults = [str(Path(__file__).parents[2] / "assets" / "speech.wav"), "reply.wav"]
    question, reply_path = (Path(text) for text in arguments + defaults[len(arguments) :])
    reply, words, tool_output = asyncio.run(asyncio.wait_for(call(read_recording(question)), CALL_TIMEOUT_SECONDS))
    write_reply(reply_path, reply)
    reply_ms = len(reply) * 1000 // (RATE_HZ * 2)
    print(f"wrote {reply_ms / 1000:.1f} s of reply to {reply_path}")
    shortfalls = [
        text
        for text, fell_short in (
            ("the reply is shorter than 0.3 s", reply_ms < 300),
            ("the reply has no transcript", not words),
            ("the tool did not run", MODEL == "echo-tools" and not tool_output),
        )
        if fell_short
    ]
    for text in shortfalls:
        print(f"failed: {text}", file=sys.stderr)
    return 1 if shortfalls else 0


if __name__ == "__main__":
    sys.exit(main())
