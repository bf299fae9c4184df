import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Detection } from '../detection';
import { ModelMismatch } from '../errors';
import { JpegDecoder } from '../input/jpeg';
import { Stretch } from '../input/stretch';
import { type Manifest } from '../manifest';
import { BoxesAndScores, type Thresholds } from '../output/boxes-and-scores';
import { checkGraph } from './check-graph';

/** A model in memory, from JPEG bytes to detections. One picture at a time: its buffers are used again. */
export class Model {
  private readonly decoder = new JpegDecoder();
  private readonly stretch: Stretch;
  private readonly head: BoxesAndScores;
  private readonly tensor: Tensor;

  private constructor(
    private readonly manifest: Manifest,
    private readonly session: InferenceSession,
  ) {
    const { input, labels } = manifest;
    this.stretch = new Stretch(input);
    this.head = new BoxesAndScores(labels);
    const shape = [1, 3, input.height, input.width];
    this.tensor = new Tensor('float32', new Float32Array(3 * input.height * input.width), shape);
  }

  /**
   * Loads a model, checks it against its manifest and runs it once, so that the first picture is not slower.
   * Blocks the thread, as every run does: ONNX Runtime's Node binding is synchronous underneath.
   *
   * @throws ModelMismatch if the file is no model or another one than the manifest describes
   */
  static async load(manifest: Manifest, file: string, intraOpThreads: number): Promise<Model> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(file, {
        intraOpNumThreads: intraOpThreads,
        interOpNumThreads: 1,
        // threads that wait for work in a busy loop take the cores from the other sessions
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      });
    } catch (error) {
      throw new ModelMismatch(`${file} is no model that ONNX Runtime can load: ${(error as Error).message}`, {
        cause: error,
      });
    }
    checkGraph(manifest, session.inputMetadata, session.outputMetadata);
    const model = new Model(manifest, session);
    await model.run(manifest.defaults);
    return model;
  }

  /** @throws BadImage if the bytes are no JPEG that can be decoded */
  async detect(jpeg: Buffer, thresholds: Thresholds): Promise<Detection[]> {
    this.stretch.into(this.tensor.data as Float32Array, this.decoder.decode(jpeg));
    return this.run(thresholds);
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private async run(thresholds: Thresholds): Promise<Detection[]> {
    const { input, output } = this.manifest;
    const values = await this.session.run({ [input.name]: this.tensor }, [output.boxes, output.scores]);
    const read = (name: string): Float32Array => values[name]?.data as Float32Array;
    return this.head.decode(read(output.boxes), read(output.scores), thresholds);
  }
}
