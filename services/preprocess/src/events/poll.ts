import { setTimeout as delay } from 'node:timers/promises';
import type { StateLog } from '#telemetry';

export type Unsubscribe = () => void;

/** Repeats one query for all listeners, one run at a time; pauses while there are no listeners. */
export class Poll<Listener> {
  private readonly listeners = new Set<Listener>();
  private running = false;
  private stopped = false;

  /**
   * @param ask queries once and notifies those of the listeners that are still subscribed
   * @param state logs errors of `ask`; polling continues
   * @param idle called when the last listener has unsubscribed
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
