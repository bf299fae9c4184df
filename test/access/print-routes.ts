import { InferModule } from '../../services/infer/src/infer.module';
import { PostprocessModule } from '../../services/postprocess/src/postprocess.module';
import { PreprocessModule } from '../../services/preprocess/src/preprocess.module';
import { routesOf } from './routes';

const modules = new Map([
  ['preprocess', PreprocessModule],
  ['infer', InferModule],
  ['postprocess', PostprocessModule],
]);

// Usage: node dist/test/access/print-routes.js preprocess
const service = modules.get(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(service ? routesOf(service) : []));
