import { SORTS, STATES, statusesIn, type Sort } from '#contract';
import type { Status } from '#jobs';
import type { ModelEntry } from '#detection/models';
import type { Counts } from '../events/events-hub';

/** An option of a list in the filter form. */
export interface FilterOption {
  readonly value: string;
  readonly text: string;
  readonly chosen: boolean;
}

const SORT_TEXT: Readonly<Record<Sort, string>> = {
  newest: 'newest first',
  oldest: 'oldest first',
  longest: 'longest video first',
  detections: 'most detections first',
};

/** The statuses with their counts: all, each state, and a STATUS chosen in the address. */
export function statusOptions(counts: Counts, chosen = ''): FilterOption[] {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const states = STATES.map((state) => ({
    value: state,
    text: `${state} (${statusesIn(state).reduce((sum, status) => sum + counts[status], 0)})`,
  }));
  const raw = chosen in counts ? [{ value: chosen, text: `${chosen} (${counts[chosen as Status]})` }] : [];
  return choose([{ value: '', text: `all (${all})` }, ...states, ...raw], chosen);
}

export function sortOptions(chosen: Sort = 'newest'): FilterOption[] {
  return choose(
    SORTS.map((value) => ({ value, text: SORT_TEXT[value] })),
    chosen,
  );
}

/** The installed models, and one chosen in the address that is not installed any more. */
export function modelOptions(models: readonly ModelEntry[], chosen = ''): FilterOption[] {
  const names = models.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  if (chosen !== '' && !names.includes(chosen)) names.push(chosen);
  return choose([{ value: '', text: 'all' }, ...names.map((name) => ({ value: name, text: name }))], chosen);
}

/** Every class that an installed model detects, in alphabetical order. */
export function classNames(models: readonly ModelEntry[]): string[] {
  const labels = models.flatMap(({ manifest }) => manifest?.labels.map(({ name }) => name) ?? []);
  return [...new Set(labels)].sort();
}

function choose(options: readonly Omit<FilterOption, 'chosen'>[], chosen: string): FilterOption[] {
  return options.map((option) => ({ ...option, chosen: option.value === chosen }));
}
