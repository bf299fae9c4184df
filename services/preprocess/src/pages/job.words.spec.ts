import { RESTARTABLE, STATUSES, isFinal } from '#jobs';
import { STATES, WORDS, stateOf, statusesIn } from './job.words';

it('every status is in one state, and all states have some', () => {
  expect(STATES.flatMap(statusesIn).sort()).toEqual([...STATUSES].sort());
  for (const state of STATES) expect(statusesIn(state).map(stateOf)).toContain(state);
  expect(statusesIn('working')).toEqual(['PREPROCESSING', 'INFERENCING', 'POSTPROCESSING']);
  expect(statusesIn('done')).toEqual(['POSTPROCESSING_COMPLETE']);
});

it('what waits or works has not ended, and what failed or was cancelled can be tried again', () => {
  expect(STATUSES.filter(isFinal)).toEqual(
    STATUSES.filter((status) => !['waiting', 'working'].includes(stateOf(status))),
  );
  expect([...statusesIn('failed'), ...statusesIn('cancelled')].sort()).toEqual([...RESTARTABLE].sort());
});

it('every status has words of its own', () => {
  expect(new Set(Object.values(WORDS)).size).toBe(STATUSES.length);
});
