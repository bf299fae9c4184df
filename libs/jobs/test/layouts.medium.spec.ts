import { layoutSchema } from '#contract';
import { layoutOf, newJobId } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';

let db: TestDatabase;
beforeAll(async () => {
  db = await startDatabase();
});
afterEach(() => db.clear());
afterAll(() => db.close());

const layoutNamed = (name: string) => layoutSchema.parse({ lines: [{ name, from: [0, 0.5], to: [1, 0.5] }] });

describe('presets', () => {
  it('replaces a preset with the same name', async () => {
    const first = await db.presets.save('Crossing', layoutNamed('A'));
    const second = await db.presets.save('Crossing', layoutNamed('$B'));
    expect(second).toMatchObject({ _id: 'Crossing', layout: layoutNamed('$B') });
    expect(second.savedAt.getTime()).toBeGreaterThanOrEqual(first.savedAt.getTime());
    expect(await db.presets.get('Crossing')).toEqual(second);
  });

  it('lists them by name, without their layouts', async () => {
    for (const name of ['b', 'a', 'ä']) await db.presets.save(name, layoutNamed(name));
    const listed = await db.presets.list();
    expect(listed.map(({ _id }) => _id)).toEqual(['a', 'b', 'ä']);
    expect(listed[0]).not.toHaveProperty('layout');
  });

  it('removes one, and says whether there was one', async () => {
    await db.presets.save('Crossing', layoutNamed('A'));
    expect(await db.presets.remove('Crossing')).toBe(true);
    expect(await db.presets.remove('Crossing')).toBe(false);
    expect(await db.presets.get('Crossing')).toBeUndefined();
  });
});

describe('the lines and zones of a job', () => {
  async function jobIn(STATUS: string): Promise<string> {
    const id = newJobId();
    const job = newJob();
    await db.jobs.enqueue(id, { ...job, options: { ...job.options, layout: layoutNamed('Submitted') } });
    await db.edit(id, { $set: { STATUS, bytes: 7 } });
    return id;
  }

  it('are those of its options until others are set', async () => {
    const id = await jobIn('POSTPROCESSING_COMPLETE');
    expect(layoutOf(await db.jobs.get(id))).toEqual(layoutNamed('Submitted'));
    expect(await db.finished.setLayout(id, layoutNamed('Set'))).toBe(true);
    expect(layoutOf(await db.jobs.get(id))).toEqual(layoutNamed('Set'));
    expect(await db.raw(id)).not.toHaveProperty('bytes'); // measured again
  });

  it('are removed for good', async () => {
    const id = await jobIn('POSTPROCESSING_COMPLETE');
    await db.finished.setLayout(id, layoutNamed('Set'));
    expect(await db.finished.setLayout(id, undefined)).toBe(true);
    expect(layoutOf(await db.jobs.get(id))).toBeUndefined();
    expect((await db.jobs.get(id)).options).toMatchObject({ frameStep: 1 });
  });

  it('are not changed before the job is complete', async () => {
    const id = await jobIn('INFERENCING');
    expect(await db.finished.setLayout(id, layoutNamed('Set'))).toBe(false);
    expect(layoutOf(await db.jobs.get(id))).toEqual(layoutNamed('Submitted'));
  });
});
