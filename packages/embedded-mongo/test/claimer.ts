import { MongoClient } from 'mongodb';

/** Claims jobs until none is left, then reports their ids to the parent. Argument: the uri of the server. */
async function claimAll(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  const jobs = client.db('claims').collection('jobs');
  const claimed: unknown[] = [];
  for (;;) {
    const job = await jobs.findOneAndUpdate(
      { STATUS: { $in: ['ENQUEUE', 'PREPROCESSING'] }, $expr: { $lte: ['$availableAt', '$$NOW'] } },
      [
        {
          $set: {
            STATUS: 'RUNNING',
            attempts: { $add: [{ $ifNull: ['$attempts', 0] }, 1] },
            lease: {
              $mergeObjects: ['$lease', { owner: String(process.pid), until: { $add: ['$$NOW', 30_000] } }],
            },
          },
        },
      ],
      { sort: { availableAt: 1, _id: 1 }, returnDocument: 'after' },
    );
    if (!job) break;
    claimed.push(job._id);
  }
  await client.close();
  process.send?.(claimed);
  process.disconnect();
}

claimAll(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
