import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Long, MongoClient, UUID } from 'mongodb';
import { CorruptLogError } from '../src';
import { kill9, rawCommand, refusal, withDirectory, withProcess, withServer } from './support';

const dataFiles = async (directory: string) => (await readdir(join(directory, 'data'))).sort();
const ids = async (client: MongoClient) =>
  (
    await client
      .db('d')
      .collection('things')
      .find({}, { projection: { _id: 1 } })
      .toArray()
  ).map(({ _id }) => _id as unknown);

describe('a restart', () => {
  it('loses no acknowledged write after kill -9 under load', async () => {
    await withDirectory(async (directory) => {
      const acknowledged = await withProcess(directory, async (server) => {
        const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 500 });
        const things = client.db('d').collection<{ _id: number }>('things');
        const known: number[] = [];
        let next = 0;
        const writeOn = async (): Promise<never> => {
          for (;;) {
            const _id = next++;
            await things.insertOne({ _id });
            known.push(_id);
            if (known.length === 400) void kill9(server);
          }
        };
        await Promise.allSettled(Array.from({ length: 8 }, writeOn)); // the kill ends all of them
        await client.close();
        return known;
      });
      expect(acknowledged.length).toBeGreaterThanOrEqual(400);
      await withServer(directory, async (client) => {
        expect(await ids(client)).toEqual(expect.arrayContaining(acknowledged));
      });
    });
  }, 30_000);

  it('cuts off a torn record at the end and starts', async () => {
    await withDirectory(async (directory) => {
      await withServer(directory, async (client) => {
        for (let i = 0; i < 3; i++)
          await client.db('d').collection<{ _id: number }>('things').insertOne({ _id: i });
      });
      const path = join(directory, 'data', 'log-00000000');
      await truncate(path, (await stat(path)).size - 3);
      const lines: string[] = [];
      await withServer(
        directory,
        async (client) => {
          expect(await ids(client)).toEqual([0, 1]);
          await client.db('d').collection<{ _id: number }>('things').insertOne({ _id: 7 });
        },
        { logger: (line) => lines.push(line) },
      );
      expect(lines.join()).toContain('unfinished write');
      await appendFile(path, Buffer.from([9, 9, 9]));
      await withServer(directory, async (client) => {
        expect(await ids(client)).toEqual([0, 1, 7]);
      });
    });
  });

  it('refuses a damaged snapshot instead of losing data', async () => {
    await withDirectory(async (directory) => {
      await withServer(directory, fillAndCompact, { compactAfterBytes: 10_000 });
      const [snapshot] = (await dataFiles(directory)).filter((name) => name.startsWith('snapshot'));
      const path = join(directory, 'data', snapshot!);
      const bytes = await readFile(path);
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(path, bytes);
      await expect(withServer(directory, () => Promise.resolve())).rejects.toThrow(CorruptLogError);
    });
  });

  it('compacts under write load and keeps everything', async () => {
    await withDirectory(async (directory) => {
      const options = { compactAfterBytes: 50_000 };
      const expected = await withServer(
        directory,
        async (client) => {
          const things = client.db('d').collection<{ _id: number; n: number }>('things');
          await Promise.all(
            Array.from({ length: 8 }, async (_, worker) => {
              for (let round = 0; round < 60; round++) {
                for (let i = 0; i < 5; i++) {
                  const _id = worker * 100 + i;
                  await things.updateOne(
                    { _id },
                    { $inc: { n: 1 }, $set: { text: 'x'.repeat(100) } },
                    { upsert: true },
                  );
                }
                if (round % 3 === 0) await things.deleteOne({ _id: worker * 100 });
              }
            }),
          );
          return things.find().sort({ _id: 1 }).toArray();
        },
        options,
      );
      expect(expected).toHaveLength(40);
      const files = await dataFiles(directory);
      expect(files.filter((name) => name.startsWith('snapshot'))).toHaveLength(1);
      expect(files).not.toContain('log-00000000');
      await withServer(
        directory,
        async (client) => {
          expect(
            await client.db('d').collection<{ _id: number }>('things').find().sort({ _id: 1 }).toArray(),
          ).toEqual(expected);
        },
        options,
      );
    });
  }, 30_000);

  it('preserves indexes, dropped collections and the replies of retried writes', async () => {
    await withDirectory(async (directory) => {
      const retried = {
        findAndModify: 'things', query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true,
        $db: 'd', lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1),
      }; // prettier-ignore
      const first = await withServer(directory, async (client, { port }) => {
        const db = client.db('d');
        await db.collection('gone').insertOne({});
        await db.collection('gone').drop();
        await db.collection<{ _id: number }>('things').insertOne({ _id: 1, n: 0 } as never);
        await db.collection('things').createIndex({ n: 1 }, { unique: true }, {});
        return rawCommand(port, retried);
      });
      await withServer(directory, async (client, { port }) => {
        const db = client.db('d');
        expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['things']);
        expect(await rawCommand(port, retried)).toEqual(first);
        expect(await db.collection('things').indexes()).toHaveLength(2);
        expect(await refusal(db.collection('things').insertOne({ n: 1 }))).toMatchObject({ code: 11000 });
      });
    });
  });
});

async function fillAndCompact(client: MongoClient): Promise<void> {
  const things = client.db('d').collection('things');
  for (let i = 0; i < 30; i++) await things.insertOne({ text: 'x'.repeat(1000) });
}

describe('a TTL index', () => {
  it('removes expired documents', async () => {
    await withDirectory((directory) =>
      withServer(
        directory,
        async (client) => {
          const things = client.db('d').collection<{ _id: number; at: Date }>('things');
          await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
          await things.insertMany([
            { _id: 1, at: new Date(Date.now() - 61_000) },
            { _id: 2, at: new Date() },
          ]);
          while ((await things.countDocuments()) > 1); // the sweep runs every few milliseconds
          expect(await ids(client)).toEqual([2]);
        },
        { sweepIntervalMs: 5 },
      ),
    );
  });
});
