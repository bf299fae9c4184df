import type { VideoFacts } from './facts';
import { checkLimits, timeBound, type MediaLimits } from './limits';

const limits: MediaLimits = {
  VIDEO_MAX_SECONDS: 100,
  VIDEO_MAX_PIXELS: 640 * 480,
  VIDEO_MAX_FPS: 50,
  VIDEO_MAX_FRAMES: 1000,
  FFMPEG_MEMORY_MB: 512,
  FFMPEG_TIME_FACTOR: 10,
};
const facts: VideoFacts = {
  width: 480,
  height: 640,
  rotation: 90,
  frameRate: { num: 50, den: 1 },
  variableFrameRate: false,
  duration: 100,
  frames: 1000,
  codec: 'h264',
  audio: false,
  sampleAspectRatio: { num: 1, den: 1 },
};

it('accepts a video exactly at all limits', () => {
  expect(() => {
    checkLimits('a.mp4', facts, limits);
  }).not.toThrow();
});

it.each([
  [{ width: 481 }, 'TOO_MANY_PIXELS', '"a.mp4" has frames of 481x640 = 307840 pixels; the limit is 307200'],
  [
    { width: 65_501, height: 4 },
    'TOO_MANY_PIXELS',
    '"a.mp4" has frames of 65501x4 pixels; the limit per side is 65500.',
  ],
  [{ frameRate: { num: 50001, den: 1000 } }, 'FRAME_RATE_TOO_HIGH', '"a.mp4" has 50 frames a second'],
  [{ duration: 100.01 }, 'TOO_LONG', '"a.mp4" is 100.01 s long; the limit is 100 s (VIDEO_MAX_SECONDS).'],
  [{ frames: 1001 }, 'TOO_MANY_FRAMES', 'the limit is 1000 (VIDEO_MAX_FRAMES).'],
])('rejects %j as %s', (change, code, sentence) => {
  let thrown: unknown;
  try {
    checkLimits('a.mp4', { ...facts, ...change }, limits);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code,
    fault: 'input',
    message: expect.stringContaining(sentence) as string,
  });
});

describe('timeBound', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('aborts after a minute plus FFMPEG_TIME_FACTOR seconds per second of video', () => {
    const { signal } = timeBound('a.mp4', 6, limits, undefined);
    jest.advanceTimersByTime(119_999);
    expect(signal?.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal?.reason).toMatchObject({ code: 'OUT_OF_TIME', fault: 'unavailable' });
  });

  it('follows the given signal, and leaves no timer after end()', () => {
    const stop = new AbortController();
    const { signal, end } = timeBound('a.mp4', 6, limits, stop.signal);
    stop.abort(new Error('lease lost'));
    expect(signal?.reason).toEqual(new Error('lease lost'));
    end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
