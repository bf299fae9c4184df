import type { Detection } from '#detection';
import { AnnotationError } from './errors';

/** A detection in a txt file, without score and class name. */
export type TxtDetection = Pick<Detection, 'box' | 'classIndex'>;

const LINES_PER_DETECTION = 5;

/**
 * Formats the txt file of a frame: for each detection the lines x1, y1, x2, y2 (fractions of the frame, 0..1) and the
 * class index. Empty without detections.
 */
export function formatTxt(detections: readonly TxtDetection[]): string {
  return detections
    .map(({ box, classIndex }) => `${[...box.map(roundFraction), classIndex].join('\n')}\n`)
    .join('');
}

/**
 * Parses a txt file.
 *
 * @throws AnnotationError BAD_TXT, naming the line
 */
export function parseTxt(text: string): TxtDetection[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length % LINES_PER_DETECTION !== 0) {
    throw badLine(lines.length, `the file ends inside a detection, which has ${LINES_PER_DETECTION} lines`);
  }
  const detections: TxtDetection[] = [];
  for (let first = 0; first < lines.length; first += LINES_PER_DETECTION) {
    const fraction = (offset: number) => readFraction(lines, first + offset);
    detections.push({
      box: [fraction(0), fraction(1), fraction(2), fraction(3)],
      classIndex: readClassIndex(lines, first + 4),
    });
  }
  return detections;
}

/** Rounds to a millionth: far below a pixel, and more digits would only be noise of 32-bit floats. */
export function roundFraction(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function readFraction(lines: readonly string[], index: number): number {
  const line = lines[index] ?? '';
  const value = line.trim() === '' ? NaN : Number(line);
  if (!(value >= 0 && value <= 1)) {
    throw badLine(index + 1, `expected a coordinate from 0 to 1, found "${line.slice(0, 40)}"`);
  }
  return value;
}

function readClassIndex(lines: readonly string[], index: number): number {
  const line = lines[index] ?? '';
  if (!/^\s*\d{1,9}\s*$/.test(line)) {
    throw badLine(index + 1, `expected a class index such as 0, found "${line.slice(0, 40)}"`);
  }
  return Number(line);
}

function badLine(line: number, problem: string): AnnotationError {
  return new AnnotationError('BAD_TXT', `Line ${line} of the detections: ${problem}.`);
}
