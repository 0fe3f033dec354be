// Reports every block that passes, with its place in the context's time.
registerProcessor(
  'tap',
  class extends AudioWorkletProcessor {
    process([channels]) {
      const samples = channels?.[0];
      if (samples) this.port.postMessage({ frame: currentFrame, samples: samples.slice() });
      return true;
    }
  },
);
