import { setTimeout as delay } from 'node:timers/promises';
import type { StateLog } from '#telemetry';

export type Unsubscribe = () => void;

/** Asks the same question again and again for all who listen, one at a time, and not at all while nobody does. */
export class Poll<Listener> {
  private readonly listeners = new Set<Listener>();
  private running = false;
  private stopped = false;

  /**
   * @param ask asks once and tells these listeners, as far as they still listen by then
   * @param state is told of what `ask` throws; it is asked again all the same
   * @param idle called when nobody listens any more
   */
  constructor(
    private readonly everyMs: number,
    private readonly ask: (listeners: readonly Listener[]) => Promise<void>,
    private readonly state: StateLog,
    private readonly idle: () => void = () => undefined,
  ) {}

  add(listener: Listener): Unsubscribe {
    this.listeners.add(listener);
    if (!this.running) {
      this.running = true;
      void this.run();
    }
    return () => {
      this.listeners.delete(listener);
    };
  }

  has(listener: Listener): boolean {
    return this.listeners.has(listener);
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    while (this.listeners.size > 0 && !this.stopped) {
      await this.ask([...this.listeners]).then(
        () => {
          this.state.worked();
        },
        (error: unknown) => {
          this.state.failed(error);
        },
      );
      await delay(this.everyMs, undefined, { ref: false });
    }
    this.running = false;
    this.idle();
  }
}
