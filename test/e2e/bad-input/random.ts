import { seeded } from '../../support/random';

/** Reproducible random choices and corrupted bytes. */
export class Random {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** Letters for an address or a header, many of them special. */
  text(length: number): string {
    const letters = '%./\\$"\'{}[]<>;:=&?#*()0123456789abcdefXYZ-_~ +,';
    return Array.from({ length }, () => letters[this.below(letters.length)]).join('');
  }

  /** Changes, removes, inserts or duplicates some bytes, several times. */
  mutate(bytes: Buffer): Buffer {
    let changed: Buffer = Buffer.from(bytes);
    for (let times = 1 + this.below(4); times > 0; times--) {
      const at = this.below(changed.length + 1);
      const before = changed.subarray(0, at);
      const after = changed.subarray(at);
      switch (this.below(5)) {
        case 0:
          for (let n = this.below(20); n > 0; n--) changed[this.below(changed.length)] = this.below(256);
          break;
        case 1:
          changed = Buffer.concat([before, this.bytes(this.below(50)), after]);
          break;
        case 2:
          changed = Buffer.concat([before, after.subarray(this.below(200))]);
          break;
        case 3:
          changed = Buffer.concat([before, after.subarray(0, this.below(400)), after]);
          break;
        case 4:
          if (this.below(4) === 0) changed = before;
          else if (after.length > 0)
            after.fill(this.pick([0, 255, 13, 45]), 0, Math.min(after.length, this.below(64)));
          break;
      }
    }
    return changed;
  }
}
