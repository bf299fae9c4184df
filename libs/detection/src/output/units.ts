import { type ModelInput } from '../manifest/input-schema';
import { areFractions, arePixels, type Rows } from './signs';

export type Units = 'pixels' | 'fractions';
export type Size = Pick<ModelInput, 'width' | 'height'>;

const ONE: Size = { width: 1, height: 1 };

/** What to divide coordinates by to get fractions of the input. */
export function divisors(units: Units, input: Size): Size {
  return units === 'pixels' ? input : ONE;
}

/** Finds boxes in the other unit. @returns what to write; undefined without such signs */
export function unitsProblem(units: Units, rows: Rows, count: number): string | undefined {
  if (units === 'pixels' && areFractions(rows, count)) {
    return 'the boxes are probably fractions of the input: set "units": "fractions".';
  }
  if (units === 'fractions' && arePixels(rows, count)) {
    return 'the boxes are probably in pixels: set "units": "pixels".';
  }
  return undefined;
}
