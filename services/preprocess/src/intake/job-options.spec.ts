import { join } from 'node:path';
import { layoutSchema } from '#contract';
import { repositoryRoot } from '../../../../test/support/test-data';
import { Catalogue } from '../models/catalogue';
import { Callbacks } from '../webhooks/callbacks';
import { readChoices } from './job-options';

const catalogue = new Catalogue(join(repositoryRoot, 'models'), 'ssdlite-mobilenetv2');
/** Its models have no files. */
const testModels = new Catalogue(join(repositoryRoot, 'test/models'), 'yolox-nano');
const callbacks = new Callbacks(true, []);
const layout = layoutSchema.parse({ lines: [{ name: 'Gate', from: [0, 0.5], to: [1, 0.5] }] });
const preset = { _id: 'Crossing', layout, savedAt: new Date() };
const presets = { get: (name: string) => Promise.resolve(name === 'Crossing' ? preset : undefined) };
const known = { catalogue, callbacks, presets };
const read = async (fields: Record<string, unknown>, defaultScore?: number) =>
  (await readChoices(fields, known, defaultScore)).options;

it('fills in defaults and normalises labels to those of the model', async () => {
  expect(await read({ classes: 'Person, TV,person', score: '0.3' })).toEqual({
    model: 'ssdlite-mobilenetv2',
    score: 0.3,
    classes: ['person', 'tv'],
    frameStep: 1,
    tracking: 'on',
  });
  expect(await read({}, 0.9)).toMatchObject({ score: 0.9, classes: [] });
});

it('reports all errors together, including unknown classes and fields', async () => {
  const fields = { score: 'high', frameStep: '0', clases: 'x', classes: 'persons' };
  await expect(read(fields)).rejects.toThrow(
    'The job was rejected: score: expected a number from 0 to 1; ' +
      'frameStep: expected a whole number from 1 to 1000; ' +
      'unknown field "clases" (did you mean "classes"?) (known fields: model, score, classes, frameStep, tracking, trackBuffer, minLength, callbackUrl, layout); ' +
      'classes: model ssdlite-mobilenetv2 has no class "persons" (did you mean "person"?); see GET /api/models for all 80.',
  );
});

it('reads how objects are tracked', async () => {
  const fields = { tracking: 'off', trackBuffer: '60', minLength: '5' };
  expect(await read(fields)).toMatchObject({ tracking: 'off', trackBuffer: 60, minLength: 5 });
  await expect(read({ tracking: 'yes', trackBuffer: '0', minLength: '1.5' })).rejects.toThrow(
    'tracking: expected "on" or "off"; trackBuffer: expected a whole number from 1 to 10000; ' +
      'minLength: expected a whole number from 1 to 1000.',
  );
});

it.each(['0x1', '0b1', '1_0', 'Infinity', '-0', '١'])('takes decimal numbers only, not %s', async (score) => {
  await expect(read({ score })).rejects.toThrow('score: expected a number from 0 to 1.');
});

it.each([
  ['.5', 0.5],
  ['1.', 1],
  [' 0.25 ', 0.25],
  ['1e-05', 0.00001],
  ['', 0.5],
])('reads the score %j as %d', async (text, score) => {
  expect(await read({ score: text }, 0.5)).toMatchObject({ score });
});

it.each([
  [
    { model: 'resnet' },
    /model: Unknown model "resnet" \(did you mean "ssd-resnet34"\?\)\. Known models: dfine-n, rfdetr-n, /,
  ],
  [{ model: ['a', 'b'], classes: 'x' }, /^The job was rejected: model: expected the name of one model\.$/],
])('rejects %j', async (fields, sentence) => {
  await expect(read(fields)).rejects.toThrow(sentence);
});

it('rejects a model without its file, together with other errors', async () => {
  const fields = { model: 'ssd300-resnet50', score: '2' };
  await expect(readChoices(fields, { ...known, catalogue: testModels })).rejects.toThrow(
    /score: .*; model: Model ssd300-resnet50 .* needs the file/,
  );
});

it.each([
  ['JSON', JSON.stringify(layout)],
  ['an object', layout],
  ['the name of a preset', ' Crossing '],
])('reads lines and zones from %s', async (_, given) => {
  expect((await read({ layout: given })).layout).toEqual(layout);
});

it('has no lines and zones by default', async () => {
  expect(await read({ layout: ' ' })).not.toHaveProperty('layout');
});

it.each([
  [
    { layout: 'Street' },
    'layout: unknown preset "Street"; expected JSON or the name of a preset, see GET /api/layouts',
  ],
  [{ layout: '{' }, /layout: the text is not valid JSON \(.+\)/],
  [{ layout: '{"lines":[7]}', score: '2' }, /score: .*; lines\[0\]: expected a line/],
  [{ layout: [1] }, 'layout: expected an object with lines and zones'],
])('rejects the lines and zones %j', async (fields, sentence) => {
  await expect(read(fields)).rejects.toThrow(sentence);
});
