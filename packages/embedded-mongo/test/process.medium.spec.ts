import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import { DataDirectoryInUseError } from '../src';
import { kill9, withDirectory, withProcess, withServer } from './support';

const exitOf = async (child: NodeJS.EventEmitter): Promise<unknown> =>
  ((await once(child, 'exit')) as unknown[])[0];

describe('the server process', () => {
  it('prints its uri and stops cleanly on SIGTERM, with clients connected', async () => {
    await withDirectory((directory) =>
      withProcess(directory, async ({ child, uri, output }) => {
        const client = new MongoClient(uri);
        await client.db('d').collection('things').insertOne({ a: 1 });
        const exit = exitOf(child);
        child.kill('SIGTERM');
        expect(await exit).toBe(0);
        expect(output()).toBe(`${uri}\n`);
        await client.close();
      }),
    );
  });

  it('stops when its parent disconnects', async () => {
    await withDirectory((directory) =>
      withProcess(directory, async ({ child }) => {
        const exit = exitOf(child);
        child.disconnect();
        expect(await exit).toBe(0);
      }),
    );
  });

  it('refuses a directory that a live process holds, and takes it over after kill -9', async () => {
    await withDirectory(async (directory) => {
      await withProcess(directory, async (server) => {
        const second = withProcess(directory, () => Promise.resolve());
        await expect(second).rejects.toThrow(`in use by the running process ${server.child.pid}`);
        await expect(withServer(directory, () => Promise.resolve())).rejects.toThrow(DataDirectoryInUseError);
        await kill9(server);
      });
      await withServer(directory, async (client) => {
        expect(await client.db('d').command({ ping: 1 })).toMatchObject({ ok: 1 });
      });
    });
  });
});
