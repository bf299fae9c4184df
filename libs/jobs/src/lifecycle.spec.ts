import {
  CANCELLABLE,
  COMPLETE_STATUS,
  INITIAL_STATUS,
  MOVES,
  RESTARTABLE,
  STAGE_NAMES,
  STAGES,
  STATUSES,
  TIME_FIELDS,
  TIMELINE,
  isError,
  isFinal,
  runningStage,
  stageOf,
  timesAfter,
  type Status,
} from './lifecycle';

function reachableFrom(start: Status): Set<Status> {
  const seen = new Set<Status>([start]);
  for (const status of seen) {
    for (const move of MOVES) if (move.from === status) seen.add(move.to);
  }
  return seen;
}

describe('the lifecycle table', () => {
  it('reaches every status from ENQUEUE', () => {
    expect([...reachableFrom(INITIAL_STATUS)].sort()).toEqual([...STATUSES].sort());
  });

  it('has a way to completion and a way to an error out of every status that is not final', () => {
    for (const status of STATUSES.filter((s) => !isFinal(s))) {
      const ends = [...reachableFrom(status)].filter(isFinal);
      expect(ends).toContain(COMPLETE_STATUS);
      expect(ends.some(isError)).toBe(true);
    }
  });

  it('ends in completion, the four errors and cancellation, and nowhere else', () => {
    expect(STATUSES.filter(isFinal)).toEqual([
      'POSTPROCESSING_COMPLETE',
      'ENQUEUE_ERROR',
      'FRAME_CONVERT_ERROR',
      'INFERENCING_ERROR',
      'POSTPROCESSING_ERROR',
      'CANCELLED',
    ]);
  });

  it('lets people stop what is not at its end, and start again what failed or was stopped', () => {
    expect(CANCELLABLE).toEqual(STATUSES.filter((status) => !isFinal(status)));
    expect(RESTARTABLE).toEqual([...STATUSES.filter(isError), 'CANCELLED']);
    for (const from of CANCELLABLE) expect(MOVES).toContainEqual({ from, to: 'CANCELLED', by: 'person' });
  });

  it('starts a failed job again at the stage where it failed or before it, never after it', () => {
    const restarts = MOVES.filter(({ from, by }) => by === 'person' && from === 'INFERENCING_ERROR');
    expect(new Set(restarts.map(({ to }) => to))).toEqual(new Set(['ENQUEUE', 'PREPROCESSING_COMPLETE']));
  });

  it('knows the stage of every status but those of complete and cancelled jobs', () => {
    expect(STATUSES.filter((status) => stageOf(status) === undefined)).toEqual([
      'POSTPROCESSING_COMPLETE',
      'CANCELLED',
    ]);
    expect(stageOf('FRAME_CONVERT_ERROR')).toBe('preprocess');
    expect(stageOf('INFERENCING_COMPLETE')).toBe('postprocess');
  });

  it('chains the stages: what one leaves, the next takes', () => {
    const [first, ...rest] = STAGE_NAMES.map((name) => STAGES[name]);
    expect(first!.waiting).toBe(INITIAL_STATUS);
    let previous = first!;
    for (const stage of rest) {
      expect(stage.waiting).toBe(previous.done);
      previous = stage;
    }
    expect(previous.done).toBe(COMPLETE_STATUS);
  });

  it('gives every status to at most one stage as its running status', () => {
    const running = STAGE_NAMES.map((name) => STAGES[name].running);
    expect(new Set(running).size).toBe(running.length);
    expect(running.map((status) => runningStage(status)?.name)).toEqual([...STAGE_NAMES]);
    expect(runningStage('ENQUEUE')).toBeUndefined();
  });

  it('stamps every time field exactly once along the way', () => {
    const stamped = STATUSES.flatMap((status) => TIMELINE[status]);
    expect([...stamped].sort()).toEqual([...TIME_FIELDS].sort());
  });

  it('knows which times a restarted stage makes untrue', () => {
    expect(timesAfter('INFERENCING_START')).toEqual([
      'INFERENCING_END',
      'POSTPROCESSING_START',
      'POSTPROCESSING_END',
      'PROCESS_END',
    ]);
    expect(timesAfter('PROCESS_END')).toEqual([]);
  });
});
