import { STATUSES, type Job, type Status } from '#jobs';
import { describeOptions, describeTracking, toView } from './job.view';

describe('describeOptions', () => {
  it('names the model, threshold and classes', () => {
    const options = { model: 'yolox', score: 0.25, classes: ['person', 'car'], frameStep: 1 };
    expect(describeOptions(options)).toBe('yolox, score > 0.25, person, car');
  });

  it.each([
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [21, '21st'],
    [100, '100th'],
  ])('describes a frame step of %d as every %s frame', (frameStep, word) => {
    expect(describeOptions({ model: 'm', score: 0, classes: [], frameStep })).toBe(
      `m, score > 0, every ${word} frame`,
    );
  });
});

describe('describeTracking', () => {
  it.each([
    [{}, 'off'],
    [{ tracking: 'off' as const, trackBuffer: 9 }, 'off'],
    [{ tracking: 'on' as const }, 'on'],
    [
      { tracking: 'on' as const, trackBuffer: 60, minLength: 1 },
      'on, objects leave after 60 frames, at least 1 detection',
    ],
  ])('describes %j as %j', (options, words) => {
    expect(describeTracking(options)).toBe(words);
  });
});

describe('toView', () => {
  const START = Date.parse('2030-01-01T00:00:00.123Z');
  const job = (STATUS: Status, values: Partial<Job> = {}) =>
    ({
      _id: { toHexString: () => 'id' },
      FILENAME: 'clip.mp4',
      STATUS,
      PROCESS_START: new Date(START),
      ...values,
    }) as Job;
  const timeOf = (view: ReturnType<typeof toView>, field: string) =>
    view.times.find(({ name }) => name === field)?.time;

  it('offers the actions of each status', () => {
    const offered = (status: Status) => {
      const { complete, cancellable, restartable } = toView(job(status));
      return [complete && 'AVI', cancellable && 'cancel', restartable && 'retry'].filter(Boolean);
    };
    for (const status of STATUSES) expect(offered(status)).toHaveLength(1);
    expect(offered('POSTPROCESSING_COMPLETE')).toEqual(['AVI']);
    expect(offered('INFERENCING')).toEqual(['cancel']);
    expect(offered('CANCELLED')).toEqual(['retry']);
  });

  it('shows stored times, and placeholders for the others', () => {
    const waiting = toView(job('ENQUEUE'));
    expect(timeOf(waiting, 'PROCESS_START')).toBe('2030-01-01 00:00:00.123');
    expect([timeOf(waiting, 'PROCESS_END'), waiting.total]).toEqual(['WAITING..', 'WAITING..']);
    const failed = toView(job('INFERENCING_ERROR'));
    expect([timeOf(failed, 'PROCESS_END'), failed.total]).toEqual(['-', '-']);
    expect(toView(job('POSTPROCESSING_COMPLETE', { TOTAL: 218_918 })).total).toBe('0:03:38.918000');
  });

  it('offers no retry if the file is at fault', () => {
    const failed = (code: string) =>
      toView(
        job('FRAME_CONVERT_ERROR', { error: { code, message: '', stage: 'preprocess', at: new Date() } }),
      );
    expect([failed('TRUNCATED').restartable, failed('OUT_OF_TIME').restartable]).toEqual([false, true]);
  });

  it('shows when it was uploaded, the length and what was found', () => {
    const video = { duration: 74.4, frameRate: { num: 10, den: 1 } } as Job['video'];
    const classes = ['person', 'car', 'dog', 'cat'].map((label, n) => ({ label, count: 900 - n }));
    const view = toView(
      job('POSTPROCESSING_COMPLETE', { video: video!, detections: { total: 3594, classes }, TOTAL: 77_126 }),
    );
    expect(view).toMatchObject({
      uploaded: { iso: '2030-01-01T00:00:00.123Z', text: '1 Jan 2030, 00:00 UTC' },
      ...{ length: '1 min 14 s', totalTime: '1 min 17 s', total: '0:01:17.126000' },
      found: { total: '3,594 detections', classes: 'person 900, car 899, dog 898 and 1 more class' },
    });
    const tracked = { total: 9, classes: [{ label: 'cup', count: 9, objects: 1 }] };
    expect(toView(job('POSTPROCESSING_COMPLETE', { detections: tracked }))).toMatchObject({
      found: { classes: 'cup 9 (1 object)' },
    });
    const empty = { total: 0, classes: [] };
    expect(toView(job('POSTPROCESSING_COMPLETE', { detections: empty })).found).toEqual({
      ...{ total: 'No detections', classes: '' },
    });
  });

  it.each<[string, Partial<Job>, string | undefined]>([
    ['frames and time left', { progress: { done: 25, total: 100 } }, '25 of 100 frames, 30 s left'],
    ['only frames at the start', { progress: { done: 0, total: 100 } }, '0 of 100 frames'],
    ['nothing if the total is unknown', { progress: { done: 3, total: null } }, undefined],
    ['nothing without progress', {}, undefined],
  ])('shows %s', (_, values, text) => {
    const running = job('INFERENCING', { INFERENCING_START: new Date(START), ...values });
    expect(toView(running, START + 10_000).progress?.text).toBe(text);
    expect(toView(job('INFERENCING_COMPLETE', values), START).progress).toBeUndefined();
  });

  it('shows foreign records without options, times or a name', () => {
    const view = toView({ _id: job('ENQUEUE')._id, STATUS: 'ENQUEUE' } as Job);
    expect(view).toMatchObject({ options: undefined, hasThumbnail: false, bar: { segments: [] } });
    expect(view.filename).toBe('(no name)');
  });
});
