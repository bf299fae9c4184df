import type { ColouredObject } from './colour-detector';
import { H264, ffmpeg, source } from './video';

/** Where an object is in frame n: left and top in pixels; undefined if it is not there. */
type Place = (n: number) => readonly [left: number, top: number] | undefined;

export interface MovingObject extends ColouredObject {
  readonly size: readonly [width: number, height: number];
  /** From this frame, in pixels, and pixels per frame. */
  readonly start: readonly [x: number, y: number];
  readonly speed: readonly [x: number, y: number];
  /** Frames in which it is there: pairs of the first and the last one. */
  readonly shown: readonly (readonly [first: number, last: number])[];
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Frames per second. */
  readonly rate: number;
  readonly objects: readonly MovingObject[];
}

/** Where an object is, in pixels that belong to the image. */
export function placeOf({ start, speed, shown }: MovingObject): Place {
  return (n) =>
    shown.some(([first, last]) => n >= first && n <= last)
      ? [start[0] + speed[0] * n, start[1] + speed[1] * n]
      : undefined;
}

/** Makes a clip of rectangles that move over a grey background; later objects are in front. */
export async function objectsClip(target: string, scene: Scene): Promise<string> {
  const { width, height, frames, rate, objects } = scene;
  const inputs = objects.map(({ colour, size }) =>
    source(`color=c=0x${Buffer.from(colour).toString('hex')}:s=${size.join('x')}:r=${rate}`),
  );
  const overlays = objects.map(({ start, speed, shown }, k) => {
    // The n of overlay counts from 1, that of enable from 0.
    const [x, y] = [0, 1].map((axis) => `${start[axis]}+${speed[axis]}*(n-1)`);
    const enable = shown.map(([first, last]) => `between(n,${first},${last})`).join('+');
    const from = k === 0 ? '0:v' : `v${k}`;
    return `[${from}][${k + 1}:v]overlay=x=${x}:y=${y}:enable='${enable}':eval=frame[v${k + 1}]`;
  });
  return ffmpeg(
    target,
    ...source(`color=c=0x404040:s=${width}x${height}:r=${rate}`),
    ...inputs.flat(),
    ...['-filter_complex', overlays.join(';'), '-map', `[v${objects.length}]`],
    ...['-frames:v', `${frames}`, ...H264, '-crf', '12'],
  );
}
