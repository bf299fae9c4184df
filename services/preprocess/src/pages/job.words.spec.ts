import { STATES, stateOf, statusesIn } from '#contract';
import { RESTARTABLE, STATUSES, isFinal } from '#jobs';
import { STATUS_TEXT } from './job.words';

it('assigns every status to one state, and at least one status to every state', () => {
  expect(STATES.flatMap((state) => statusesIn(state)).sort()).toEqual([...STATUSES].sort());
  for (const state of STATES) expect(statusesIn(state).map(stateOf)).toContain(state);
  expect(statusesIn('working')).toEqual(['PREPROCESSING', 'INFERENCING', 'POSTPROCESSING']);
  expect(statusesIn('done')).toEqual(['POSTPROCESSING_COMPLETE']);
});

it('treats waiting and working jobs as not final, and failed and cancelled ones as retryable', () => {
  expect(STATUSES.filter(isFinal)).toEqual(
    STATUSES.filter((status) => !['waiting', 'working'].includes(stateOf(status))),
  );
  expect([...statusesIn('failed'), ...statusesIn('cancelled')].sort()).toEqual([...RESTARTABLE].sort());
});

it('has a distinct text for every status', () => {
  expect(new Set(Object.values(STATUS_TEXT)).size).toBe(STATUSES.length);
});
