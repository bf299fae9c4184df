import { setMaxListeners } from 'node:events';
import { stat } from 'node:fs/promises';
import { untilAborted } from '#flow';
import { DetectorUnavailableError, QueueFullError } from '../errors';
import { type Precision } from '../int8/precision';
import { recipeFile } from '../int8/recipe';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { stampOf } from '../manifest/stamp';
import { ensureModel } from '../store/store';
import { chooseDevice, type Placement } from './device';
import { type EngineOptions } from './engine-options';
import { type ImageResult } from './model';
import { megabytes, readiness } from './messages';
import { monotonicMs } from './protocol';
import { estimateBytes, schedule } from './scheduling';
import { type DetectOptions, type ImageInput, type ModelStatus, ServedModel } from './served-model';
import { chooseVariant, startVariant, type Variant, type Wanted, wantedOf } from './variant';

/** Times in milliseconds. */
export interface DetectResult extends ImageResult {
  readonly model: string;
  /** The same object while the model and its files are unchanged, even after a reload. */
  readonly manifest: Manifest;
  readonly precision: Precision;
  /** From arrival to the start of the batch: reading the file, loading the model if needed, waiting. */
  readonly queueMs: number;
  /** From arrival to the result. */
  readonly totalMs: number;
}

/** A loaded model: the manifest is the same object while the model and its files are unchanged. */
export interface LoadedModel {
  readonly manifest: Manifest;
  readonly precision: Precision;
}

/** A requested model. */
interface Slot {
  readonly loading: Promise<ServedModel>;
  manifest?: Manifest;
  served?: ServedModel;
  /** The files it was loaded from, and their stamp at that time. */
  loadedFrom?: { readonly files: readonly string[]; readonly stamp: string };
  /** Number of running calls. */
  users: number;
  /** Called when `users` drops to 0. */
  onIdle?: () => void;
}

/**
 * Detects objects in images with any of the models. A model is loaded on first use and stays in memory; if the next one
 * does not fit, the least recently used are closed. A closing model finishes its running images first; new calls
 * wait their turn and reload it, so that no model can starve another.
 */
export class Engine {
  /** By key, least recently used first. */
  private readonly slots = new Map<string, Slot>();
  /** Models that occupy memory. */
  private readonly loadedModels = new Set<ServedModel>();
  /** Manifest and file stamp of every model loaded so far, by requested name. */
  private readonly manifests = new Map<string, { readonly manifest: Manifest; readonly stamp: string }>();
  private readonly closing = new AbortController();
  private placement: Promise<Placement> | undefined;
  /** Models start one at a time, because each must know how much memory is left. */
  private startQueue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: EngineOptions) {
    setMaxListeners(0, this.closing.signal); // every running download adds a listener
  }

  /**
   * Loads a model: downloads it if needed, starts it, checks it against its manifest and runs it once. Does nothing if
   * the model is loaded and its files are unchanged. Concurrent calls share the work; the next call retries a failed load.
   *
   * @param model name of a manifest in `modelsDir`, or the path of one
   * @param signal stops waiting; the load continues for other callers
   * @throws BadManifestError, ModelUnavailableError, IntegrityMismatchError, ConversionError, ModelMismatchError, DeviceUnavailableError,
   *         PrecisionUnavailableError, DetectorUnavailableError, or the signal's reason
   */
  async load(model: string, signal?: AbortSignal): Promise<Manifest> {
    return (await this.open(model, { ...(signal && { signal }) })).manifest;
  }

  /**
   * Like `load`; also says in which precision the model runs.
   * @param options.precision `fp32` even where the engine would choose int8
   */
  async open(
    model: string,
    { signal, precision }: Pick<DetectOptions, 'signal' | 'precision'> = {},
  ): Promise<LoadedModel> {
    signal?.throwIfAborted();
    const wanted = this.wanted(model, precision);
    await this.dropIfChanged(wanted);
    const slot = this.slot(wanted);
    return this.using(slot, async () => {
      const { manifest, status } = await untilAborted(slot.loading, signal);
      return { manifest, precision: status.precision };
    });
  }

  /**
   * Detects objects in an image; loads the model first if needed.
   *
   * @param image path of an image, its bytes, or its pixels (both are copied)
   * @throws BadImageError, WorkerLostError (may be retried), QueueFullError, what `load` throws, the signal's reason, or
   *         the file system's error
   */
  async detect(model: string, image: ImageInput, options: DetectOptions = {}): Promise<DetectResult> {
    const arrivedAt = monotonicMs();
    const { signal } = options;
    signal?.throwIfAborted();
    // One signal serves a whole job: as many images as fit into the queue may listen to it.
    if (signal) setMaxListeners(0, signal);
    const wanted = this.wanted(model, options.precision);
    const slot = this.slot(wanted);
    try {
      if (!slot.served && !options.exemptFromQueueLimit && slot.users >= this.options.queueLimit) {
        throw new QueueFullError(this.options.queueLimit, 1);
      }
      return await this.using(slot, async () => {
        const served = slot.served ?? (await untilAborted(slot.loading, signal));
        const { result, startedAt } = await served.detect(image, options);
        const queueMs = startedAt - arrivedAt;
        const totalMs = monotonicMs() - arrivedAt;
        const { manifest, status } = served;
        const { name, precision } = status;
        const { inputMs, computeMs, outputMs } = result;
        this.options.observer?.request({
          model: name,
          outcome: 'ok',
          ...{ totalMs, queueMs, inputMs, computeMs, outputMs },
        });
        return { ...result, model: name, manifest, precision, queueMs, totalMs };
      });
    } catch (error) {
      const { name } = slot.manifest ?? this.manifests.get(model)?.manifest ?? {};
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
    return [...this.loadedModels].map(({ status }) => status);
  }

  /** How many images of one job to process concurrently; an estimate if the model is not loaded. */
  concurrency(model: string, precision?: 'fp32'): number {
    return this.slots.get(this.wanted(model, precision).key)?.served?.concurrency ?? 2 * this.options.cpus;
  }

  /** Refuses waiting images, aborts downloads and ends all worker threads. Await this before exit. */
  async close(): Promise<void> {
    this.closing.abort(new DetectorUnavailableError('The detector was closed.'));
    const started = [...this.slots.values()].map(({ loading }) => loading);
    await Promise.all([...this.loadedModels].map((served) => served.close()));
    await Promise.allSettled(started); // a running start closes its own workers
  }

  private wanted(model: string, precision?: 'fp32'): Wanted {
    return wantedOf(model, precision, this.options.precision);
  }

  /** The model's slot; a new one if the model is not loaded or its workers have failed. */
  private slot(wanted: Wanted): Slot {
    const { key } = wanted;
    this.closing.signal.throwIfAborted();
    let slot = this.slots.get(key);
    if (slot?.served?.open === false) {
      void this.discard(slot.served);
      slot = undefined;
    }
    slot ??= this.newSlot(wanted);
    this.slots.delete(key);
    this.slots.set(key, slot); // most recently used
    return slot;
  }

  /** Reloads a model whose manifest, labels or file have changed; running calls finish with the old one. */
  private async dropIfChanged({ key, model }: Wanted): Promise<void> {
    const slot = this.slots.get(key);
    if (!slot?.loadedFrom || slot.loadedFrom.stamp === (await stampOf(slot.loadedFrom.files))) return;
    if (this.slots.get(key) !== slot) return; // another call has already dropped it
    this.slots.delete(key);
    this.options.onProgress?.(`The files of ${model} have changed: reloading it.`);
    void this.inTurn(() => this.retire(slot));
  }

  private newSlot(wanted: Wanted): Slot {
    const { key } = wanted;
    const slot: Slot = { users: 0, loading: Promise.resolve().then(() => this.start(wanted, slot)) };
    slot.loading.catch(() => {
      if (this.slots.get(key) === slot) this.slots.delete(key);
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

  private async start({ model, precision }: Wanted, slot: Slot): Promise<ServedModel> {
    const { modelsDir, cacheDir, queueLimit, cpus, cpuGains } = this.options;
    const { signal } = this.closing;
    const say = this.options.onProgress ?? (() => undefined);
    const read = await loadManifest(model, modelsDir);
    slot.manifest = read;
    const files = [...read.files, recipeFile(read)];
    const ofFiles = await stampOf(files);
    const placement = await (this.placement ??= chooseDevice(this.options.device));
    const store = { cacheDir, onProgress: say, signal };
    const file = await ensureModel(read, store);
    const stamp = `${ofFiles}\n${await stampOf([file])}`;
    const manifest = this.sameAs(model, read, stamp);
    const { name } = manifest;
    slot.manifest = manifest;
    const { device } = placement;
    const variants = await chooseVariant(manifest, file, { ...store, precision, device, cpuGains });
    const scheduling = schedule(manifest, device, cpus, this.options);
    const bytes = estimateBytes(manifest, (await stat(file)).size, scheduling);
    return this.inTurn(async () => {
      await this.makeRoom(bytes, name);
      signal.throwIfAborted();
      const about = { manifest, placement, scheduling, bytes, queueLimit, onExecution: this.observe(name) };
      const start = (variant: Variant) => ServedModel.start({ ...about, variant });
      const served = await startVariant(name, variants, start, say);
      if (signal.aborted) await served.close();
      signal.throwIfAborted();
      this.loadedModels.add(served);
      slot.served = served; // set before the turn ends: the next load may have to close it
      slot.loadedFrom = { files: [...files, file], stamp };
      say(readiness(served.status));
      return served;
    });
  }

  private observe(model: string): (batch: number, computeMs: number) => void {
    return (batch, computeMs) => this.options.observer?.execution({ model, batch, computeMs });
  }

  /** The manifest just read, or that of an earlier load if nothing has changed since. */
  private sameAs(model: string, read: Manifest, stamp: string): Manifest {
    const known = this.manifests.get(model);
    if (known?.stamp === stamp) return known.manifest;
    this.manifests.set(model, { manifest: read, stamp });
    return read;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.startQueue.then(work);
    this.startQueue = result.catch(() => undefined);
    return result;
  }

  /** Closes models until another one fits, idle ones first. */
  private async makeRoom(bytes: number, name: string): Promise<void> {
    const { memoryBytes, onProgress: say = () => undefined } = this.options;
    for (;;) {
      const used = [...this.loadedModels].reduce((sum, { status }) => sum + status.bytes, 0);
      if (used + bytes <= memoryBytes) return;
      const loaded = [...this.slots].filter(([, { served }]) => served);
      const [key, slot] = loaded.find(([, { users }]) => users === 0) ?? loaded[0] ?? [];
      if (key === undefined || !slot?.served) {
        say(
          `${name} needs about ${megabytes(bytes)}, more than the limit of ${megabytes(memoryBytes)} for all models.`,
        );
        return;
      }
      this.slots.delete(key);
      say(`${slot.served.status.name} was closed to make room for ${name}.`);
      await this.retire(slot);
    }
  }

  /** Closes a model that no slot refers to any more, after its running images. */
  private async retire(slot: Slot): Promise<void> {
    if (slot.users > 0) await new Promise<void>((resolve) => (slot.onIdle = resolve));
    if (slot.served) await this.discard(slot.served);
  }

  private async discard(served: ServedModel): Promise<void> {
    await served.close();
    this.loadedModels.delete(served);
  }
}
