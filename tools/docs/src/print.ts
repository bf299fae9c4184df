import { apiDocument } from './api';
import { generatedPages } from './pages';

/** Prints the generated files and the OpenAPI document as JSON, for the tests: jest cannot load the ES modules. */
async function main(): Promise<void> {
  process.stdout.write(JSON.stringify({ pages: await generatedPages(), document: await apiDocument() }));
}

void main();
