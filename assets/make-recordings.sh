#!/bin/sh
# Makes speech.wav and barge-in.wav beside this script. Needs espeak-ng and sox (Debian packages of those names).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# say NAME WORDS_PER_MINUTE TEXT: one sentence at 24 kHz, trimmed to the voice, peak at -3 dBFS.
say() {
  espeak-ng -v en-us -s "$2" -p 45 -w "$1-raw.wav" "$3"
  sox -R "$1-raw.wav" -r 24000 -c 1 "$1.wav" silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse gain -n -3
}

# room VOICE OUTPUT: adds the faint pink noise of a quiet room, so that a pause is not digital silence.
room() {
  sox -R -n -r 24000 -b 16 -c 1 room.wav synth "$(soxi -D "$1")" pinknoise gain -n -56
  sox -R -m -v 1 "$1" -v 1 room.wav -b 16 "$2"
}

say hello 185 'Hello, this is a call through the gateway.'
say question 185 'What is the weather like today?'
sox -R hello.wav hello-padded.wav pad 0.4 0.9
sox -R question.wav question-padded.wav pad 0 1.2
sox -R hello-padded.wav question-padded.wav dialogue.wav
room dialogue.wav "$here/speech.wav"

say stop 240 'Wait, stop, one question.'
sox -R stop.wav stop-padded.wav pad 0.1 0.2
room stop-padded.wav "$here/barge-in.wav"
