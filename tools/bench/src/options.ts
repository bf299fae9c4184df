import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuLimit } from '#config';
import { repositoryRoot } from '../../../test/support/test-data';
import { VARIANT_NAMES, type VariantName } from './pipeline/variants';

const USAGE = `Usage: npm run bench [-- [OPTIONS]]        frames/s and CPU, against a naive pipeline and against one loop
       npm run bench -- memory [OPTIONS]      peak memory of each service on a long video
       npm run bench -- detect [OPTIONS]      images/s of the detection engine, and POST /api/detect under load
       npm run bench -- burst [OPTIONS]        simulate a burst of videos with different scaling strategies
       npm run bench -- pages [OPTIONS]        response times of the pages, and cost of their streams, with many jobs
       npm run bench -- tracking [OPTIONS]  quality of the tracker on annotated sequences, and its speed

  --rounds N      rounds; each runs every variant once (default 3)
  --frames N      length of the clip (default 300)
  --minutes N     length of the clip of the memory check, at 30 frames/s (default 10)
  --size WxH      size of the clip, even numbers (default 1280x720)
  frames/s and CPU only:
  --variants A,B  of ${VARIANT_NAMES.join(', ')} (default all)
  --sizes A,B     sizes of more clips, for one loop and Boxreel (default 1920x1080,3840x2160); none skips them
  --size-rounds N rounds of each of them (default 1)
  --precision P   of the model in Boxreel: auto, fp32 or int8 (default auto); the others use fp32
  detect only (its images are the frames of the clip):
  --models A,B    names of manifests (default ssdlite-mobilenetv2)
  --models-dir D  folder of the manifests (default models)
  --sessions A,B  number of sessions (default 1 to twice the cores)
  --batches A,B   images per run (default 1,4,8)
  --device D      auto, cpu or cuda (default auto)
  --requests N    requests to the image endpoint (default 100)
  --seconds N     duration of the requests at random times (default 20)
  burst only:
  --videos N      number of videos (default 100)
  --stage-seconds A,B,C
                  seconds per video of a replica of preprocess, infer and postprocess (default 12,27,14)
  --measure       also run a real burst of short clips, with one and two replicas of infer
  pages only:
  --jobs N        number of jobs in the database, MONGODB_URI or the embedded one (default 10000)
  --streams N     number of open streams (default 50)
  tracking only:
  --data DIR      folder of sequences, each a folder with det.txt and gt.txt of MOTChallenge (default that of the test data)
  --step N        track detections of every Nth frame (default 1)
  all:
  --json FILE     also write all results to FILE
`;

const COMMANDS = ['speed', 'memory', 'detect', 'burst', 'pages', 'tracking'] as const;

const DEVICES = ['auto', 'cpu', 'cuda'] as const;

const PRECISIONS = ['auto', 'fp32', 'int8'] as const;

/** The value of `--sizes` for an empty list. */
const NONE = 'none';

export interface Options {
  readonly command: (typeof COMMANDS)[number];
  readonly rounds: number;
  readonly frames: number;
  readonly minutes: number;
  readonly size: Size;
  readonly variants: readonly VariantName[];
  /** Of more clips. */
  readonly sizes: readonly Size[];
  readonly sizeRounds: number;
  readonly precision: (typeof PRECISIONS)[number];
  readonly models: readonly string[];
  readonly modelsDir: string;
  readonly cacheDir: string;
  readonly sessions: readonly number[];
  readonly batches: readonly number[];
  readonly device: (typeof DEVICES)[number];
  /** Number of CPUs to use. */
  readonly cpus: number;
  readonly requests: number;
  readonly seconds: number;
  readonly videos: number;
  /** Seconds per video in each stage, in order. */
  readonly stageSeconds: readonly number[];
  readonly measure: boolean;
  readonly jobs: number;
  readonly streams: number;
  /** Folder of annotated sequences. */
  readonly data: string | undefined;
  /** Track detections of every Nth frame. */
  readonly step: number;
  readonly json: string | undefined;
}

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The command line is invalid; the message ends with the usage. */
export class BenchUsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\n\n${USAGE}`);
  }
}

/** @throws BenchUsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [word = 'speed', ...rest] = positionals;
  const command = COMMANDS.find((name) => name === word);
  if (!command || rest.length > 0) {
    throw new BenchUsageError(
      `"${positionals.join(' ')}" is not a command: expected nothing, memory, detect, burst, pages or tracking.`,
    );
  }
  const cpus = cpuLimit();
  return {
    command,
    rounds: count('rounds', values.rounds),
    frames: count('frames', values.frames),
    minutes: count('minutes', values.minutes),
    size: parseSize('size', values.size),
    variants: (values.variants?.split(',') ?? VARIANT_NAMES).map((name) =>
      oneOf(VARIANT_NAMES, 'variants', name),
    ),
    sizes: values.sizes === NONE ? [] : values.sizes.split(',').map((size) => parseSize('sizes', size)),
    sizeRounds: count('size-rounds', values['size-rounds']),
    precision: oneOf(PRECISIONS, 'precision', values.precision),
    models: values.models.split(','),
    modelsDir: resolve(values['models-dir']),
    cacheDir: join(repositoryRoot, '.cache/models'),
    sessions: counts('sessions', values.sessions ?? [...Array(2 * cpus).keys()].map((n) => n + 1).join(',')),
    batches: counts('batches', values.batches),
    device: oneOf(DEVICES, 'device', values.device),
    cpus,
    requests: count('requests', values.requests),
    seconds: count('seconds', values.seconds),
    videos: count('videos', values.videos),
    stageSeconds: counts('stage-seconds', values['stage-seconds']),
    measure: values.measure,
    jobs: count('jobs', values.jobs),
    streams: count('streams', values.streams),
    data: values.data === undefined ? undefined : resolve(values.data),
    step: count('step', values.step),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '3' },
        frames: { type: 'string', default: '300' },
        minutes: { type: 'string', default: '10' },
        size: { type: 'string', default: '1280x720' },
        variants: { type: 'string' },
        sizes: { type: 'string', default: '1920x1080,3840x2160' },
        'size-rounds': { type: 'string', default: '1' },
        precision: { type: 'string', default: 'auto' },
        models: { type: 'string', default: 'ssdlite-mobilenetv2' },
        'models-dir': { type: 'string', default: join(repositoryRoot, 'models') },
        sessions: { type: 'string' },
        batches: { type: 'string', default: '1,4,8' },
        device: { type: 'string', default: 'auto' },
        requests: { type: 'string', default: '100' },
        seconds: { type: 'string', default: '20' },
        videos: { type: 'string', default: '100' },
        'stage-seconds': { type: 'string', default: '12,27,14' },
        measure: { type: 'boolean', default: false },
        jobs: { type: 'string', default: '10000' },
        streams: { type: 'string', default: '50' },
        data: { type: 'string' },
        step: { type: 'string', default: '1' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1)
    throw new BenchUsageError(`--${name} is "${text}": expected a whole number from 1.`);
  return value;
}

function counts(name: string, text: string): number[] {
  return text.split(',').map((part) => count(name, part));
}

function oneOf<Value extends string>(values: readonly Value[], name: string, text: string): Value {
  const value = values.find((each) => each === text);
  if (!value) throw new BenchUsageError(`--${name} is "${text}": expected ${values.join(', ')}.`);
  return value;
}

function parseSize(name: string, text: string): Size {
  const [, width, height] = (/^(\d+)x(\d+)$/.exec(text) ?? []).map(Number);
  if (!width || !height || width < 64 || height < 64 || width % 2 || height % 2) {
    throw new BenchUsageError(
      `--${name} is "${text}": expected WIDTHxHEIGHT, even numbers from 64, such as 1280x720.`,
    );
  }
  return { width, height };
}
