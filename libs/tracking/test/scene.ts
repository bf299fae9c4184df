import type { Box, TrackerDetection } from '#tracking';

const WIDTH = 1280;
const HEIGHT = 720;

/** Numbers from 0 to 1 that look random and are always the same (Numerical Recipes' linear congruential generator). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Objects that cross a frame of 1280x720 and bounce off its sides. */
export class Scene {
  private readonly random: () => number;
  private readonly objects: { x: number; y: number; dx: number; dy: number; size: number }[];

  constructor(objects: number, seed = 1) {
    const random = (this.random = numbers(seed));
    this.objects = Array.from({ length: objects }, () => ({
      x: random() * WIDTH,
      y: random() * HEIGHT,
      dx: random() * 8 - 4,
      dy: random() * 4 - 2,
      size: 40 + random() * 80,
    }));
  }

  /** The next frame as a detector sees it: boxes shake by 2 %, a tenth is missed, a tenth is weak. */
  next(): TrackerDetection[] {
    for (const object of this.objects) {
      object.x += object.dx;
      object.y += object.dy;
      if (object.x < 0 || object.x > WIDTH) object.dx *= -1;
      if (object.y < 0 || object.y > HEIGHT) object.dy *= -1;
    }
    return this.objects.flatMap(({ x, y, size }) => {
      const shake = () => (this.random() - 0.5) * 0.04 * size;
      const box: Box = [x + shake(), y + shake(), x + size / 2 + shake(), y + size + shake()];
      const luck = this.random();
      return luck < 0.1 ? [] : [{ box, score: luck < 0.2 ? 0.3 : 0.9, classIndex: 0 }];
    });
  }
}
