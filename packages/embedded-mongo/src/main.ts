import { parseArgs } from 'node:util';
import { EmbeddedMongo } from './embedded-mongo';

const USAGE = 'Usage: node main.js --dir DIR [--port N] [--host H]';

/** Runs the server as a separate process until SIGTERM, SIGINT, or the end of its parent. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { dir: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (
    values.dir === undefined ||
    (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536))
  ) {
    throw new Error(`${USAGE}: DIR is the data directory, N a port from 0 to 65535 (0: any free port).`);
  }
  const server = await EmbeddedMongo.open({
    dataDir: values.dir,
    ...(port === undefined ? {} : { port }),
    ...(values.host === undefined ? {} : { host: values.host }),
    logger: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = () => void server.close();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, stop);
  process.stdout.write(`${server.uri}\n`);
  process.send?.({ type: 'listening', port: server.port, uri: server.uri });
  if (process.send && !process.connected) stop(); // the parent exited during the start
  const reason = await server.stopped;
  process.exit(reason ? 1 : 0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
