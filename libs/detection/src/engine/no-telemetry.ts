/**
 * Unless this variable is set before it loads, ONNX Runtime writes a device id below the home directory and reports its
 * use to Microsoft. Import this file first in every main thread that loads ONNX Runtime or starts a thread that does: a
 * worker thread only has a copy of the environment, which native code does not see.
 */
// eslint-disable-next-line no-restricted-properties -- written, not read
process.env['ORT_DISABLE_TELEMETRY'] = '1';
