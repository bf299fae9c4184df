import type { Job } from '#jobs';
import { toStageBar } from './stage-bar';

const START = Date.parse('2030-01-01T00:00:00Z');
const at = (seconds: number) => new Date(START + 1000 * seconds);
const job = (values: Partial<Job>) => ({ PROCESS_START: at(0), ...values }) as Job;
const error = (seconds: number) => ({ code: 'X', message: 'x', stage: 'infer' as const, at: at(seconds) });

const PREPROCESSED = { PREPROCESSING_START: at(10), PREPROCESSING_END: at(30) };
const INFERRED = { ...PREPROCESSED, INFERENCING_START: at(30), INFERENCING_END: at(70) };

it('shows waiting and running time in thousandths of the total', () => {
  const complete = job({
    ...{ ...INFERRED, STATUS: 'POSTPROCESSING_COMPLETE' },
    ...{ POSTPROCESSING_START: at(80), POSTPROCESSING_END: at(100), PROCESS_END: at(100) },
  });
  const { segments, text } = toStageBar(complete, START + 1e9);
  expect(segments.map(({ stage, waiting, x, width }) => [stage, waiting, x, width])).toEqual([
    ['preprocess', true, 0, 100],
    ['preprocess', false, 100, 200],
    ['infer', false, 300, 400],
    ['postprocess', true, 700, 100],
    ['postprocess', false, 800, 200],
  ]);
  expect(text).toBe(
    'waiting for frames 10 s, frames 20 s, detection 40 s, waiting for video 10 s, video 20 s',
  );
});

it.each<[string, Partial<Job>, string]>([
  ['is queued', { STATUS: 'ENQUEUE' }, 'waiting for frames 50 s'],
  [
    'waits for a stage',
    { ...PREPROCESSED, STATUS: 'PREPROCESSING_COMPLETE' },
    'waiting for frames 10 s, frames 20 s, waiting for detection 20 s',
  ],
  [
    'runs',
    { ...PREPROCESSED, STATUS: 'INFERENCING', INFERENCING_START: at(45) },
    'waiting for frames 10 s, frames 20 s, waiting for detection 15 s, detection 5.0 s',
  ],
  [
    'runs again after an error',
    { ...PREPROCESSED, STATUS: 'INFERENCING', INFERENCING_START: at(45), error: error(40) },
    'waiting for frames 10 s, frames 20 s, waiting for detection 15 s, detection 5.0 s',
  ],
])('ends at the current time while the job %s', (_, values, text) => {
  expect(toStageBar(job(values), START + 50_000).text).toBe(text);
});

it.each(['INFERENCING_ERROR', 'CANCELLED'] as const)(
  'ends at the end time of a job in status %s',
  (STATUS) => {
    const ended = job({ ...PREPROCESSED, STATUS, INFERENCING_START: at(30), error: error(42) });
    const { segments, text } = toStageBar(ended, START + 1e9);
    expect(text).toBe('waiting for frames 10 s, frames 20 s, detection 12 s');
    expect(segments.at(-1)).toMatchObject({ x: 714, width: 286 });
  },
);

it('shows even the shortest segment, but no empty one', () => {
  const quick = job({ STATUS: 'PREPROCESSING', PREPROCESSING_START: new Date(START + 1) });
  expect(toStageBar(quick, START + 100_000).segments.map(({ width }) => width)).toEqual([1, 1000]);
  expect(toStageBar(job({ STATUS: 'ENQUEUE' }), START).segments).toEqual([]);
  expect(toStageBar({ STATUS: 'ENQUEUE' } as Job, START)).toEqual({ segments: [], text: '' });
});

it('tolerates clock skew and times in the wrong order', () => {
  const early = job({ STATUS: 'ENQUEUE' });
  expect(toStageBar(early, START - 5000).segments).toEqual([]);
  const crossed = job({ ...PREPROCESSED, STATUS: 'INFERENCING', INFERENCING_START: at(20) });
  for (const { x, width } of toStageBar(crossed, START + 50_000).segments) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(1000);
  }
});
