import { measure } from './figures';
import { report } from './report';

const folders = process.argv.slice(2);
process.stdout.write(report((folders.length > 0 ? folders : ['.']).map(measure)));
