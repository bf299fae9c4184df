import { setMaxListeners } from 'node:events';
import { stat } from 'node:fs/promises';
import { untilAborted } from '#flow';
import { DetectorUnavailableError, QueueFullError } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { stampOf } from '../manifest/stamp';
import { ensureModel } from '../store/store';
import { chooseDevice, type DeviceChoice, type Placement } from './device';
import { type PictureResult } from './model';
import { monotonicMs } from './protocol';
import { estimateBytes, schedule } from './scheduling';
import { type DetectOptions, type ModelStatus, ServedModel } from './served-model';

export interface EngineOptions {
  /** Where manifests lie. */
  readonly modelsDir: string;
  /** Where fetched models are kept. */
  readonly cacheDir: string;
  readonly device: DeviceChoice;
  /** CPUs that this process may use. */
  readonly cpus: number;
  /** How much memory the loaded models may take together, as it is reckoned. */
  readonly memoryBytes: number;
  /** Pictures of impatient callers that may wait, per model. */
  readonly queueLimit: number;
  /** Instead of what manifests say or the device's default: */
  readonly instances?: number;
  readonly preferredBatchSize?: readonly number[];
  readonly maxQueueDelayUs?: number;
  /** Told what goes on, as short sentences. */
  readonly onProgress?: (message: string) => void;
  readonly observer?: EngineObserver;
}

/** Is told what happens, for metrics. Times in milliseconds. */
export interface EngineObserver {
  /** A picture was answered (`ok`), refused because the queue is full, or failed. Silent about those given up. */
  request(event: {
    readonly model: string;
    readonly outcome: 'ok' | 'error' | 'refused';
    readonly totalMs: number;
    readonly queueMs?: number;
    readonly inputMs?: number;
    readonly computeMs?: number;
    readonly outputMs?: number;
  }): void;
  /** A run of the model ended: one execution of `batch` inferences. */
  execution(event: { readonly model: string; readonly batch: number; readonly computeMs: number }): void;
}

/** Times in milliseconds. */
export interface DetectResult extends PictureResult {
  readonly model: string;
  /** The same object as long as the model and its files are the same, also after it was closed and loaded again. */
  readonly manifest: Manifest;
  /** From its arrival to the start of its batch: reading the file, loading the model if need be, waiting. */
  readonly queueMs: number;
  /** From its arrival to its answer. */
  readonly totalMs: number;
}

/** A model that was asked for. */
interface Slot {
  readonly loading: Promise<ServedModel>;
  manifest?: Manifest;
  served?: ServedModel;
  /** The files it was made of, and their stamp at that time. */
  made?: { readonly files: readonly string[]; readonly stamp: string };
  /** Calls that need it. */
  users: number;
  /** Told when the last of them is done. */
  onIdle?: () => void;
}

/**
 * Finds objects in pictures with any of the models there are. A model is loaded when it is first asked for and stays
 * in memory; when a load does not fit, those not used for longest are closed. One that still has pictures under way
 * finishes them first, and calls that come meanwhile load it again in their turn, so no model can lock out another.
 */
export class Engine {
  /** By the name they are asked for; those not used for longest come first. */
  private readonly slots = new Map<string, Slot>();
  /** Models that take memory. */
  private readonly live = new Set<ServedModel>();
  /** Of each model that was loaded once, by the name it is asked for: its manifest, and the stamp of its files. */
  private readonly known = new Map<string, { readonly manifest: Manifest; readonly stamp: string }>();
  private readonly closing = new AbortController();
  private placement: Promise<Placement> | undefined;
  /** Models are started one after the other: each has to know what memory is left. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: EngineOptions) {
    setMaxListeners(0, this.closing.signal); // each model that is being fetched listens
  }

  /**
   * Fetches a model if need be, starts it, checks it against its manifest and runs it once. Does nothing for a loaded
   * one whose files are as they were; callers at the same time share the work. A load that failed is tried again by
   * the next call.
   *
   * @param model name of a manifest in `modelsDir`, or the path of one
   * @param signal gives up waiting; the load goes on for others
   * @throws BadManifestError, ModelUnavailableError, IntegrityMismatchError, ConversionError, ModelMismatchError, DeviceUnavailableError,
   *         DetectorUnavailableError, or the signal's reason
   */
  async load(model: string, signal?: AbortSignal): Promise<Manifest> {
    signal?.throwIfAborted();
    await this.dropIfChanged(model);
    const slot = this.slot(model);
    return this.using(slot, async () => {
      await untilAborted(slot.loading, signal);
      return slot.manifest as Manifest;
    });
  }

  /**
   * Finds what is on a picture, after loading the model if need be.
   *
   * @param image path of a picture, or its bytes (which are copied)
   * @throws BadImageError, WorkerLostError (may be tried again), QueueFullError, what `load` throws, the signal's reason, or the file
   *         system's error
   */
  async detect(model: string, image: string | Buffer, options: DetectOptions = {}): Promise<DetectResult> {
    const arrivedAt = monotonicMs();
    const { signal } = options;
    signal?.throwIfAborted();
    // one signal stands for a whole job: as many pictures as the queue holds may listen to it
    if (signal) setMaxListeners(0, signal);
    const slot = this.slot(model);
    try {
      if (!slot.served && !options.patient && slot.users >= this.options.queueLimit) {
        throw new QueueFullError(this.options.queueLimit, 1);
      }
      return await this.using(slot, async () => {
        const served = slot.served ?? (await untilAborted(slot.loading, signal));
        const { result, startedAt } = await served.detect(image, options);
        const queueMs = startedAt - arrivedAt;
        const totalMs = monotonicMs() - arrivedAt;
        const { manifest } = served;
        const { name } = manifest;
        const { inputMs, computeMs, outputMs } = result;
        this.options.observer?.request({
          model: name,
          outcome: 'ok',
          ...{ totalMs, queueMs, inputMs, computeMs, outputMs },
        });
        return { ...result, model: name, manifest, queueMs, totalMs };
      });
    } catch (error) {
      const { name } = slot.manifest ?? this.known.get(model)?.manifest ?? {};
      if (name !== undefined && !signal?.aborted) {
        const outcome = error instanceof QueueFullError ? 'refused' : 'error';
        const totalMs = monotonicMs() - arrivedAt;
        this.options.observer?.request({ model: name, outcome, totalMs });
      }
      throw error;
    }
  }

  /** The loaded models. */
  get status(): readonly ModelStatus[] {
    return [...this.live].map(({ status }) => status);
  }

  /** Pictures worth having under way at once for one job; for a model that is not loaded, a guess. */
  concurrency(model: string): number {
    return this.slots.get(model)?.served?.concurrency ?? 2 * this.options.cpus;
  }

  /** Refuses what waits, stops what is being fetched, and ends all worker threads. To be awaited before exit. */
  async close(): Promise<void> {
    this.closing.abort(new DetectorUnavailableError('The detector was closed.'));
    const started = [...this.slots.values()].map(({ loading }) => loading);
    await Promise.all([...this.live].map((served) => served.close()));
    await Promise.allSettled(started); // a start under way closes what it made
  }

  /** The model's slot, a new one if it is not loaded or could not be kept alive. */
  private slot(model: string): Slot {
    this.closing.signal.throwIfAborted();
    let slot = this.slots.get(model);
    if (slot?.served?.open === false) {
      void this.discard(slot.served);
      slot = undefined;
    }
    slot ??= this.newSlot(model);
    this.slots.delete(model);
    this.slots.set(model, slot); // the one used last
    return slot;
  }

  /** A model whose manifest, labels or file were changed is loaded again; those who are at it finish with the old one. */
  private async dropIfChanged(model: string): Promise<void> {
    const slot = this.slots.get(model);
    if (!slot?.made || slot.made.stamp === (await stampOf(slot.made.files))) return;
    if (this.slots.get(model) !== slot) return; // somebody else has seen it, too
    this.slots.delete(model);
    this.options.onProgress?.(`The files of ${model} have changed: it is loaded again.`);
    void this.inTurn(() => this.retire(slot));
  }

  private newSlot(model: string): Slot {
    const slot: Slot = { users: 0, loading: Promise.resolve().then(() => this.start(model, slot)) };
    slot.loading.catch(() => {
      if (this.slots.get(model) === slot) this.slots.delete(model);
    });
    return slot;
  }

  private async using<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
    slot.users++;
    try {
      return await work();
    } finally {
      if (--slot.users === 0) slot.onIdle?.();
    }
  }

  private async start(model: string, slot: Slot): Promise<ServedModel> {
    const { modelsDir, cacheDir, queueLimit, cpus, observer } = this.options;
    const { signal } = this.closing;
    const say = this.options.onProgress ?? (() => undefined);
    const read = await loadManifest(model, modelsDir);
    slot.manifest = read;
    const { name, files } = read;
    const ofFiles = await stampOf(files);
    const placement = await (this.placement ??= chooseDevice(this.options.device));
    const file = await ensureModel(read, { cacheDir, onProgress: say, signal });
    const stamp = `${ofFiles}\n${await stampOf([file])}`;
    const manifest = this.sameAs(model, read, stamp);
    slot.manifest = manifest;
    const scheduling = schedule(manifest, placement.device, cpus, this.options);
    const bytes = estimateBytes(manifest, (await stat(file)).size, scheduling);
    return this.inTurn(async () => {
      await this.makeRoom(bytes, name);
      signal.throwIfAborted();
      const served = await ServedModel.start({
        ...{ manifest, file, placement, scheduling, bytes, queueLimit },
        onExecution: (batch, computeMs) => observer?.execution({ model: name, batch, computeMs }),
      });
      if (signal.aborted) await served.close();
      signal.throwIfAborted();
      this.live.add(served);
      slot.served = served; // still in its turn: the next load may have to close it
      slot.made = { files: [...files, file], stamp };
      const { instances } = scheduling;
      const { device, reason } = placement;
      say(
        `${name} is ready: ${instances} instance${instances === 1 ? '' : 's'} on ${device}${reason === undefined ? '' : ` (${reason})`}`,
      );
      return served;
    });
  }

  /** A manifest that was read, or the one of an earlier load where nothing has changed since. */
  private sameAs(model: string, read: Manifest, stamp: string): Manifest {
    const known = this.known.get(model);
    if (known?.stamp === stamp) return known.manifest;
    this.known.set(model, { manifest: read, stamp });
    return read;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Closes models until another one fits, idle ones first. */
  private async makeRoom(bytes: number, name: string): Promise<void> {
    const { memoryBytes, onProgress: say = () => undefined } = this.options;
    for (;;) {
      const used = [...this.live].reduce((sum, { status }) => sum + status.bytes, 0);
      if (used + bytes <= memoryBytes) return;
      const loaded = [...this.slots].filter(([, { served }]) => served);
      const [model, slot] = loaded.find(([, { users }]) => users === 0) ?? loaded[0] ?? [];
      if (model === undefined || !slot?.served) {
        say(
          `${name} takes about ${megabytes(bytes)}, which is more than the ${megabytes(memoryBytes)} that models may take.`,
        );
        return;
      }
      this.slots.delete(model);
      say(`${slot.served.status.name} is closed to make room for ${name}.`);
      await this.retire(slot);
    }
  }

  /** Closes a model that nobody can ask for any more, once it is done with its pictures. */
  private async retire(slot: Slot): Promise<void> {
    if (slot.users > 0) await new Promise<void>((resolve) => (slot.onIdle = resolve));
    if (slot.served) await this.discard(slot.served);
  }

  private async discard(served: ServedModel): Promise<void> {
    await served.close();
    this.live.delete(served);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
