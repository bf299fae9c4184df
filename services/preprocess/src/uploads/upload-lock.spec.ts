import { UploadLockedError, NewestFirst } from './upload-lock';

const never = new AbortController().signal;

it('asks the holder to release, waits for it, and ignores holders of other uploads', async () => {
  const locker = new NewestFirst();
  const [old, fresh, other] = [locker.newLock('a'), locker.newLock('a'), locker.newLock('b')];
  const events: string[] = [];
  await old.lock(never, () => {
    events.push('asked to end');
    setImmediate(() => {
      events.push('ends');
      void old.unlock();
    });
  });
  await other.lock(never, () => {
    events.push('other asked to end');
  });
  await fresh.lock(never, () => undefined);
  events.push('fresh');
  expect(events).toEqual(['asked to end', 'ends', 'fresh']);
  await fresh.unlock();
  await locker.newLock('a').lock(never, () => undefined);
});

it('gives up if the holder does not release or its own client disconnects', async () => {
  const locker = new NewestFirst(20);
  await locker.newLock('a').lock(never, () => undefined);
  const next = () => locker.newLock('a');
  await expect(next().lock(never, () => undefined)).rejects.toThrow(UploadLockedError);
  await expect(next().lock(AbortSignal.abort(), () => undefined)).rejects.toThrow(UploadLockedError);
});

it('lets one of many requests work at a time', async () => {
  const locker = new NewestFirst();
  let inside = 0;
  const work = async () => {
    const lock = locker.newLock('a');
    await lock.lock(never, () => undefined);
    expect(++inside).toBe(1);
    await new Promise(setImmediate);
    inside--;
    await lock.unlock();
  };
  await Promise.all(Array.from({ length: 20 }, work));
  expect(inside).toBe(0);
});
