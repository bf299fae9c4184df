/**
 * ONNX Runtime writes a device id below the home directory and reports its use to its maker, unless this variable is
 * set before it is loaded. Import this file first in every main thread that loads it or starts a thread that does: a
 * worker thread has only a copy of the environment, which native code never sees.
 */
// eslint-disable-next-line no-restricted-properties -- written, not read
process.env['ORT_DISABLE_TELEMETRY'] = '1';
