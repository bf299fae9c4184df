import { Report, declaredTiming, measuredTiming, toFacts, type Stream } from './facts';
import { videoTracks } from './tracks';

/** A video stream as ffprobe reports it. */
function stream(report: Record<string, unknown> = {}): Stream {
  const typical = {
    codec_type: 'video',
    width: 64,
    height: 48,
    r_frame_rate: '30/1',
    avg_frame_rate: '30/1',
    duration: '4',
  };
  const { streams } = Report.parse({ streams: [{ ...typical, ...report }], format: { format_name: 'mov' } });
  return streams[0]!;
}

describe('declaredTiming', () => {
  it.each([
    ['the same rate twice', '30000/1001', '30000/1001', { num: 30000, den: 1001 }, false],
    ['a few frames missing on the grid', '30/1', '117/4', { num: 30, den: 1 }, true],
    ['many frames missing on the grid', '60/1', '25/1', { num: 25, den: 1 }, true],
    ['a grid of clock ticks', '90000/1', '30/1', { num: 30, den: 1 }, true],
    ['fields counted as frames', '50/1', '25/1', { num: 25, den: 1 }, true],
    ['a grid too coarse for the frames', '29/1', '30/1', { num: 30, den: 1 }, true],
  ])('handles %s', (_, grid, average, frameRate, variableFrameRate) => {
    const timing = declaredTiming(stream({ r_frame_rate: grid, avg_frame_rate: average }), 'mov');
    expect(timing).toEqual({ frameRate, variableFrameRate, duration: 4 });
  });

  it.each([
    ['no rate', { avg_frame_rate: '0/0' }],
    ['a rate in clock ticks', { r_frame_rate: '1000/1', avg_frame_rate: '1000/1' }],
    ['no duration', { duration: undefined }],
  ])('returns nothing for %s', (_, report) => {
    expect(declaredTiming(stream(report), 'mov')).toBeUndefined();
  });

  it('reads the length of Matroska from its tag, less the start time', () => {
    const tagged = stream({
      duration: undefined,
      start_time: '1.5',
      tags: { DURATION: '00:01:04.000000000' },
    });
    expect(declaredTiming(tagged, 'matroska,webm')?.duration).toBeCloseTo(62.5);
  });

  it('computes the length of an AVI from the frame count of its header', () => {
    expect(declaredTiming(stream({ duration: '2', nb_frames: '120' }), 'avi')?.duration).toBe(4);
  });
});

describe('measuredTiming', () => {
  it('measures rate and length from the packets', () => {
    const timing = measuredTiming({ count: 80, span: 7.9 });
    expect(timing?.frameRate).toEqual({ num: 10, den: 1 });
    expect(timing?.duration).toBeCloseTo(8);
  });

  it('keeps a high rate of many frames but caps that of a few', () => {
    const rate = (count: number) => measuredTiming({ count, span: (count - 1) / 1000 })?.frameRate;
    expect(rate(2000)).toEqual({ num: 1000, den: 1 });
    expect(rate(3)).toEqual({ num: 300, den: 1 });
  });

  it('handles one frame and none', () => {
    expect(measuredTiming({ count: 1, span: 0 })).toMatchObject({
      frameRate: { num: 25, den: 1 },
      duration: 0.04,
    });
    expect(measuredTiming({ count: 0, span: 0 })).toBeUndefined();
  });
});

describe('videoTracks', () => {
  it('skips cover art', () => {
    const cover = { codec_type: 'video', codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
    const video = { codec_type: 'video', codec_name: 'h264' };
    const report = Report.parse({ streams: [cover, video], format: { format_name: 'mov' } });
    expect(videoTracks(report)[0]?.codec_name).toBe('h264');
  });
});

describe('toFacts', () => {
  const timing = { frameRate: { num: 10, den: 1 }, variableFrameRate: false, duration: 0.02 };
  const report = Report.parse({ format: { format_name: 'mov' } });

  it.each([
    [-90, 90, 48, 64, { num: 3, den: 4 }],
    [90, 270, 48, 64, { num: 3, den: 4 }],
    [-180, 180, 64, 48, { num: 4, den: 3 }],
    [0, 0, 64, 48, { num: 4, den: 3 }],
  ])(
    'maps a matrix of %i degrees to a rotation of %i',
    (matrix, rotation, width, height, sampleAspectRatio) => {
      const turned = stream({ side_data_list: [{}, { rotation: matrix }], sample_aspect_ratio: '4:3' });
      expect(toFacts(report, turned, timing)).toMatchObject({ rotation, width, height, sampleAspectRatio });
    },
  );

  it('expects at least one frame, and returns nothing without a frame size', () => {
    expect(toFacts(report, stream(), timing)?.frames).toBe(1);
    expect(toFacts(report, stream({ width: 0 }), timing)).toBeUndefined();
  });
});
