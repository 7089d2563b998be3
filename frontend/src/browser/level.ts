/** How loud a microphone is, 0..1, measured some times a second. */
export function watchLevel(
  signal: AbortSignal,
  track: MediaStreamTrack,
  tell: (level: number) => void,
): void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const decibels = 10 * Math.log10(sum / samples.length + 1e-8);
    // From -60 dB, a quiet room, to -12 dB, a loud voice.
    tell(Math.min(1, Math.max(0, (decibels + 60) / 48)));
  }, 80);
  // A context that began before any press waits for one.
  const wake = () => void context.resume();
  addEventListener('pointerdown', wake, { signal });
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    void context.close();
  });
}
