import { Binary, Long, UUID } from 'bson';
import { SESSION_TIMEOUT_MINUTES } from '../store';
import { type Document, MAX_DOCUMENT_BYTES } from '../value';
import { MAX_MESSAGE_BYTES } from '../wire';
import type { Command, Request } from './request';

/** The emulated MongoDB release, and its wire version. */
const VERSION = '7.0.0';
const WIRE_VERSION = 21;
const SET_NAME = 'embedded';

/**
 * Reports itself as the primary of a replica set with one member, because drivers retry writes only there. Omits
 * `topologyVersion`, which would make drivers wait for a streaming hello.
 */
function hello({ server, connectionId, now, name }: Request): Document {
  return {
    helloOk: true,
    [name === 'hello' ? 'isWritablePrimary' : 'ismaster']: true,
    secondary: false,
    setName: SET_NAME,
    setVersion: 1,
    hosts: [server.address],
    primary: server.address,
    me: server.address,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

const HELLO: Command = { run: hello };

const OK: Command['run'] = () => ({});

/** Commands about the server and its sessions. */
export const adminCommands: Record<string, Command> = {
  hello: HELLO,
  isMaster: HELLO,
  ismaster: HELLO,
  ping: { run: OK },
  buildInfo: { run: buildInfo },
  buildinfo: { run: buildInfo },
  serverStatus: { run: serverStatus },
  startSession: {
    run: () => ({
      id: { id: new Binary(new UUID().id, Binary.SUBTYPE_UUID) },
      timeoutMinutes: SESSION_TIMEOUT_MINUTES,
    }),
  },
  endSessions: { run: OK },
};

function buildInfo(): Document {
  return {
    version: VERSION,
    versionArray: VERSION.split('.').map(Number).concat(0),
    gitVersion: 'embedded',
    modules: ['embedded'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  };
}

function serverStatus({ server, store, cursors, now }: Request): Document {
  const uptime = now.getTime() - server.startedAt.getTime();
  const examined = store.list().reduce((sum, collection) => sum + collection.examined, 0);
  return {
    host: server.address,
    version: VERSION,
    process: 'embedded-mongo',
    pid: Long.fromNumber(process.pid),
    uptime: Math.floor(uptime / 1000),
    uptimeMillis: Long.fromNumber(uptime),
    localTime: now,
    connections: { current: server.connections },
    metrics: {
      cursor: { open: { total: Long.fromNumber(cursors.count) } },
      queryExecutor: { scannedObjects: Long.fromNumber(examined) },
    },
  };
}
