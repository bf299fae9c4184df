/**
 * Reads tracks with the libraries that people use. READERS_PYTHON is a Python that has them, for example that of a virtual
 * environment after `pip install pycocotools datumaro trackeval motmetrics supervision polars`. What is missing is skipped.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../../test/support/video';
import { LABELS, VIDEO, trackedBoxes, writeTracked } from '../test/scores-file';
import { exportDetections, type FormatName } from '.';

jest.setTimeout(120_000); // importing these libraries takes seconds

const FRAMES = VIDEO.frames;
const PYTHON = process.env.READERS_PYTHON ?? 'python3';

/** A test that needs Python modules. */
function reader(...modules: readonly string[]): jest.It {
  const script = `import importlib.util, sys; sys.exit(any(importlib.util.find_spec(m) is None for m in sys.argv[1:]))`;
  return spawnSync(PYTHON, ['-c', script, ...modules]).status === 0 ? it : it.skip;
}

let folder: string;
const files = new Map<FormatName, string>();

beforeAll(async () => {
  folder = await temporaryFolder();
  const paths = { scores: join(folder, 'scores'), tracks: join(folder, 'tracks.json') };
  await writeTracked(paths.scores, paths.tracks, FRAMES);
  for (const format of ['csv', 'coco', 'mot', 'mot-gt', 'cvat'] as const) {
    const file = join(folder, `${format}.${format === 'cvat' ? 'xml' : 'txt'}`);
    await pipeline(exportDetections(paths, format, VIDEO), createWriteStream(file));
    files.set(format, file);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function read(script: string, ...formats: FormatName[]): Promise<unknown> {
  const args = formats.map((format) => files.get(format) ?? '');
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', script, ...args], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Every box with its frame. */
const all = Array.from({ length: FRAMES }, (_, n) => trackedBoxes(n).map((box) => ({ n, ...box }))).flat();
const tracked = all.filter(({ track }) => track !== undefined);

type Row = [frame: number, track: number | null, label: string | null];
const byFrame = (rows: unknown) =>
  [...(rows as Row[])].sort(([a, b], [c, d]) => a - c || (b ?? Infinity) - (d ?? Infinity));
const rowsOf = (boxes: typeof all, first = 0) =>
  byFrame(boxes.map(({ n, track = null, label }) => [n + first, track, label]));

reader('polars')('csv: polars finds the types of all columns', async () => {
  const script = `
import json, sys, polars
table = polars.read_csv(sys.argv[1])
types = {name: str(type) for name, type in table.schema.items()}
print(json.dumps([types, table.select("frame", "track", "label").rows()]))`;
  const [types, rows] = (await read(script, 'csv')) as [Record<string, string>, unknown];
  expect(byFrame(rows)).toEqual(rowsOf(all));
  expect(types).toMatchObject({ frame: 'Int64', time: 'Float64', track: 'Int64', filled: 'Boolean' });
  expect([types['score'], types['x'], types['x1']]).toEqual(['Float64', 'Float64', 'Float64']);
});

reader('pycocotools')('coco: pycocotools reads the annotations and takes them as results', async () => {
  const script = `
import contextlib, io, json, sys
from pycocotools.coco import COCO
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])
    results = coco.loadRes(coco.dataset["annotations"])
rows = [[coco.imgs[a["image_id"]]["frame"], a.get("track_id"), coco.cats[a["category_id"]]["name"]] for a in coco.anns.values()]
print(json.dumps([rows, len(results.anns)]))`;
  const [rows, results] = (await read(script, 'coco')) as [unknown, number];
  expect(byFrame(rows)).toEqual(rowsOf(all));
  expect(results).toBe(all.length);
});

const DATUMARO = `
import json, sys, os, shutil, tempfile, zipfile
from datumaro.components.dataset import Dataset
def rows(dataset, frame):
    labels = dataset.categories()[list(dataset.categories())[0]]
    return [[frame(item), a.attributes.get("track_id"), labels[a.label].name, a.attributes.get("outside", False),
             [a.x, a.y, a.w, a.h], a.attributes.get("occluded")]
            for item in dataset for a in item.annotations]
folder = tempfile.mkdtemp()
`;

type DatumaroRow = [...Row, outside: boolean, box: number[], occluded: boolean];

reader('datumaro')('coco: datumaro reads tracks from attributes', async () => {
  const script = `${DATUMARO}
os.makedirs(folder + "/annotations")
os.makedirs(folder + "/images/default")
shutil.copy(sys.argv[1], folder + "/annotations/instances_default.json")
dataset = Dataset.import_from(folder, "coco_instances")
print(json.dumps(rows(dataset, lambda item: int(item.attributes["id"]) - 1)))`;
  const rows = (await read(script, 'coco')) as DatumaroRow[];
  expect(byFrame(rows.map(([n, track, label]) => [n, track, label]))).toEqual(rowsOf(all));
});

reader('datumaro')('mot-gt: datumaro reads ids and labels, and no box as occluded', async () => {
  const script = `${DATUMARO}
zipfile.ZipFile(sys.argv[1]).extractall(folder)
dataset = Dataset.import_from(folder, "mot_seq")
print(json.dumps(rows(dataset, lambda item: int(item.id) - 1)))`;
  const rows = (await read(script, 'mot-gt')) as DatumaroRow[];
  expect(byFrame(rows.map(([n, track, label]) => [n, track, label]))).toEqual(rowsOf(tracked));
  expect(rows.every(([, , , , , occluded]) => !occluded)).toBe(true);
});

reader('datumaro')('cvat: datumaro reads ids and labels', async () => {
  const script = `${DATUMARO}
shutil.copy(sys.argv[1], folder)
dataset = Dataset.import_from(folder, "cvat")
print(json.dumps(rows(dataset, lambda item: int(item.attributes["frame"]))))`;
  const rows = (await read(script, 'cvat')) as DatumaroRow[];
  const inside = rows.filter(([, , , outside]) => !outside);
  const last = Math.max(...tracked.map(({ track = 0 }) => track));
  const shown = inside.filter(([, track]) => (track ?? 0) <= last);
  expect(byFrame(shown.map(([n, track, label]) => [n, track, label]))).toEqual(rowsOf(tracked));
  expect(inside.length).toBe(all.length);
  for (const [n, track, , outside, [x = 0, , w = 0]] of rows) {
    const box = all.find((one) => one.n === n - (outside ? 1 : 0) && one.track === track)?.box;
    if (!box) continue;
    expect(x).toBeCloseTo(box[0] * VIDEO.width, 1);
    expect(x + w).toBeCloseTo(box[2] * VIDEO.width, 1);
  }
});

reader('motmetrics')('mot and mot-gt: motmetrics finds them the same', async () => {
  const script = `
import json, sys, tempfile, zipfile, numpy
if not hasattr(numpy, "asfarray"): numpy.asfarray = lambda a, dtype=float: numpy.asarray(a, dtype)
import motmetrics
folder = tempfile.mkdtemp()
zipfile.ZipFile(sys.argv[2]).extractall(folder)
truth = motmetrics.io.loadtxt(folder + "/gt/gt.txt", fmt="mot15-2D", min_confidence=1)
found = motmetrics.io.loadtxt(sys.argv[1], fmt="mot15-2D")
metrics = motmetrics.metrics.create()
matched = motmetrics.utils.compare_to_groundtruth(truth, found, "iou", distth=0.5)
summary = metrics.compute(matched, metrics=["num_objects", "num_unique_objects", "idf1", "mota"])
print(json.dumps([float(summary[name].iloc[0]) for name in ["num_objects", "num_unique_objects", "idf1", "mota"]]))`;
  const ids = new Set(tracked.map(({ track }) => track)).size;
  expect(await read(script, 'mot', 'mot-gt')).toEqual([tracked.length, ids, 1, 1]);
});

reader('trackeval')('mot and mot-gt: TrackEval evaluates one against the other', async () => {
  const script = `
import contextlib, io, json, os, shutil, sys, tempfile, zipfile
import trackeval
folder = tempfile.mkdtemp()
zipfile.ZipFile(sys.argv[2]).extractall(folder + "/truth/MOT17-train/street")
os.makedirs(folder + "/found/MOT17-train/boxreel/data")
shutil.copy(sys.argv[1], folder + "/found/MOT17-train/boxreel/data/street.txt")
with contextlib.redirect_stdout(io.StringIO()):
    dataset = trackeval.datasets.MotChallenge2DBox({
        "GT_FOLDER": folder + "/truth", "TRACKERS_FOLDER": folder + "/found", "SEQ_INFO": {"street": None},
        "DO_PREPROC": False, "PRINT_CONFIG": False})
    raw = dataset.get_raw_seq_data("boxreel", "street")
    data = dataset.get_preprocessed_seq_data(raw, "pedestrian")
    hota = trackeval.metrics.HOTA().eval_sequence(data)
    mota = trackeval.metrics.CLEAR({"PRINT_CONFIG": False}).eval_sequence(data)
print(json.dumps([data["num_timesteps"], data["num_gt_ids"], data["num_gt_dets"], float(hota["HOTA"].mean()), float(mota["MOTA"])]))`;
  const ids = new Set(tracked.map(({ track }) => track)).size;
  expect(await read(script, 'mot', 'mot-gt')).toEqual([FRAMES, ids, tracked.length, 1, 1]);
});

reader('supervision')('coco: supervision reads the boxes', async () => {
  const script = `
import json, sys, supervision
from supervision.dataset.formats.coco import load_coco_annotations
classes, images, annotations = load_coco_annotations(images_directory_path="/", annotations_path=sys.argv[1])
print(json.dumps([classes, sum(len(d.xyxy) for d in annotations.values())]))`;
  expect(await read(script, 'coco')).toEqual([[...LABELS], all.length]);
});
