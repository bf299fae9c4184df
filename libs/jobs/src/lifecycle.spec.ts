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
  const reached = new Set<Status>([start]);
  for (const status of reached) {
    for (const move of MOVES) if (move.from === status) reached.add(move.to);
  }
  return reached;
}

describe('lifecycle', () => {
  it('reaches every status from ENQUEUE', () => {
    expect([...reachableFrom(INITIAL_STATUS)].sort()).toEqual([...STATUSES].sort());
  });

  it('can reach completion and an error from every status that is not final', () => {
    for (const status of STATUSES.filter((s) => !isFinal(s))) {
      const ends = [...reachableFrom(status)].filter(isFinal);
      expect(ends).toContain(COMPLETE_STATUS);
      expect(ends.some(isError)).toBe(true);
    }
  });

  it('ends only in completion, the four errors and cancellation', () => {
    expect(STATUSES.filter(isFinal)).toEqual([
      'POSTPROCESSING_COMPLETE',
      'ENQUEUE_ERROR',
      'FRAME_CONVERT_ERROR',
      'INFERENCING_ERROR',
      'POSTPROCESSING_ERROR',
      'CANCELLED',
    ]);
  });

  it('allows people to cancel unfinished jobs and to retry failed and cancelled ones', () => {
    expect(CANCELLABLE).toEqual(STATUSES.filter((status) => !isFinal(status)));
    expect(RESTARTABLE).toEqual([...STATUSES.filter(isError), 'CANCELLED']);
    for (const from of CANCELLABLE) expect(MOVES).toContainEqual({ from, to: 'CANCELLED', by: 'person' });
  });

  it('retries a failed job at the stage where it failed or an earlier one', () => {
    const restarts = MOVES.filter(({ from, by }) => by === 'person' && from === 'INFERENCING_ERROR');
    expect(new Set(restarts.map(({ to }) => to))).toEqual(new Set(['ENQUEUE', 'PREPROCESSING_COMPLETE']));
  });

  it('knows the stage of every status except complete and cancelled', () => {
    expect(STATUSES.filter((status) => stageOf(status) === undefined)).toEqual([
      'POSTPROCESSING_COMPLETE',
      'CANCELLED',
    ]);
    expect(stageOf('FRAME_CONVERT_ERROR')).toBe('preprocess');
    expect(stageOf('INFERENCING_COMPLETE')).toBe('postprocess');
  });

  it('chains the stages: each waits for the status that the previous one leaves', () => {
    const [first, ...rest] = STAGE_NAMES.map((name) => STAGES[name]);
    expect(first!.waiting).toBe(INITIAL_STATUS);
    let previous = first!;
    for (const stage of rest) {
      expect(stage.waiting).toBe(previous.done);
      previous = stage;
    }
    expect(previous.done).toBe(COMPLETE_STATUS);
  });

  it('has a unique running status per stage', () => {
    const running = STAGE_NAMES.map((name) => STAGES[name].running);
    expect(new Set(running).size).toBe(running.length);
    expect(running.map((status) => runningStage(status)?.name)).toEqual([...STAGE_NAMES]);
    expect(runningStage('ENQUEUE')).toBeUndefined();
  });

  it('stamps every time field exactly once', () => {
    const stamped = STATUSES.flatMap((status) => TIMELINE[status]);
    expect([...stamped].sort()).toEqual([...TIME_FIELDS].sort());
  });

  it('knows which times are outdated when a stage runs again', () => {
    expect(timesAfter('INFERENCING_START')).toEqual([
      'INFERENCING_END',
      'POSTPROCESSING_START',
      'POSTPROCESSING_END',
      'PROCESS_END',
    ]);
    expect(timesAfter('PROCESS_END')).toEqual([]);
  });
});
