/** `npm run test:images`: sets up what is missing, then builds the images and runs them. See tools/images/src/main.ts. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fetchNode24 } from '../../scripts/lib/node24.mjs';
import { fail, root, setUp } from '../../scripts/lib/setup.mjs';

if (process.platform !== 'linux' || process.getuid() !== 0) {
  fail(
    'The images are built and run with mounts and namespaces of Linux, as root: sudo npm run test:images. ' +
      'It needs the Debian packages buildah and mmdebstrap (sudo apt-get install buildah mmdebstrap).',
  );
}
setUp({ images: true });

// A separate mount namespace, so that no mount is left behind.
const { node, npm } = fetchNode24();
const main = [process.execPath, join(root, 'dist/tools/images/src/main.js'), ...process.argv.slice(2)];
const env = { ...process.env, IMAGE_NODE: node, IMAGE_NPM: npm };
const child = spawn('unshare', ['--mount', ...main], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
